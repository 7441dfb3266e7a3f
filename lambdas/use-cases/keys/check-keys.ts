import {
  BadCredentialsError,
  ForbiddenError,
  MissingScopeError,
  NotFoundError,
  RefusedError,
  SecretUnusableError,
} from '../../core/errors.ts';
import { redact } from '../../core/keys/redacted.ts';
import { sourcesOf } from '../../core/policy/policy.ts';
import { keyProblem } from '../../core/secrets/api-key.ts';
import type { CheckedKeys } from '../../shared/contract/operator.ts';
import { checkKeyKind } from '../operate/doctor/admin-key.ts';
import { adminKeyName, explaining, projectKeyName } from '../operate/explain-openai.ts';
import { calling, type KeysCommand, type KeysCommandDeps } from './deps.ts';
import { heldKeys } from './held-keys.ts';

/** `check-keys`: what is there, from which a setup goes on. One admin call where there may be an admin key. */
export const checkKeys: KeysCommand<'check-keys'> = async (deps, { version }) => {
  const { policy, secretIds } = deps;
  const sources = sourcesOf(policy).map(async ({ alias: source }) => {
    const secret = secretIds.projectKeys.get(source) ?? null;
    const isEmpty =
      secret !== null && (await explaining(projectKeyName(deps, source), () => storedIn(deps, secret))) === '';
    return { source, secret, isEmpty };
  });
  return { adminKey: await checkAdminKey(deps, version), sources: await Promise.all(sources) };
};

async function checkAdminKey(deps: KeysCommandDeps, version: string | null): Promise<CheckedKeys['adminKey']> {
  const secret = deps.secretIds.adminKey;
  const value = await explaining(adminKeyName(deps), async () => {
    return version === null ? adminKeyIn(deps, secret) : ((await deps.store.read(secret, { id: version })) ?? '');
  });
  if (value === '') return { secret, state: 'empty', problem: `The secret ${secret} is empty.`, redactedValue: null };
  const found = { secret, redactedValue: redact(value) };
  const unusable = whyUnusable(secret, value);
  if (unusable !== null) return { ...found, state: 'unusable', problem: `${unusable}.` };
  try {
    const api = version === null ? deps.api : deps.apiWith(value);
    await calling({ ...deps, api }, 'admin-keys.list', (asked) => asked.listAdminKeys(null));
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    if (cause instanceof BadCredentialsError && error instanceof Error) {
      return { ...found, state: 'refused', problem: error.message };
    }
    if (!KNOWS_THE_KEY.some((kind) => cause instanceof kind)) throw error;
  }
  return { ...found, state: 'accepted', problem: null };
}

/** OpenAI, or a gateway, lets the key in, and not just this be done with it. */
const KNOWS_THE_KEY = [MissingScopeError, ForbiddenError, NotFoundError, RefusedError] as const;

/** Null for what may be an admin key. */
function whyUnusable(secret: string, value: string): string | null {
  const problem = keyProblem(value);
  if (problem !== null) return `Secret ${secret} ${problem}`;
  try {
    checkKeyKind(secret, value, 'admin');
    return null;
  } catch (error) {
    if (!(error instanceof SecretUnusableError)) throw error;
    return error.message;
  }
}

/** Empty where there is none yet. Throws `SecretUnusableError` also for a secret that none could be put into. */
async function adminKeyIn({ secrets }: KeysCommandDeps, secretId: string): Promise<string> {
  try {
    return await secrets.current(secretId, { fresh: true });
  } catch (error) {
    if (error instanceof SecretUnusableError && /is (?:empty|binary)/.test(error.message)) return '';
    throw error;
  }
}

/** Empty where there is none. Throws `SecretUnusableError` for a secret that cannot be read. */
async function storedIn(deps: KeysCommandDeps, secretId: string): Promise<string> {
  const [held] = await heldKeys(deps, [secretId]);
  return held?.value ?? '';
}
