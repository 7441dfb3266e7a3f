import { SECRET_CACHE_MS } from '../../../core/ports/secrets.ts';
import { formOf } from '../../../core/secrets/form.ts';
import { parseSecrets, WELL_FORMED, whyNoKeys } from '../../../core/webhook/secrets.ts';
import { toIso } from '../answer.ts';
import type { OperateDeps } from '../deps.ts';
import { capital, type KeyName } from '../explain-openai.ts';
import { webhookSecretName } from '../webhook-sources.ts';
import { bad, type Check, type Found, good, notice } from './check.ts';
import { keyProblem } from './to-found.ts';

/** Whether a source's webhook secret is there and holds something to verify deliveries with, and whether OpenAI signs with it. */
export function webhookSecret(source: string): Check {
  return {
    name: `webhook-secret ${source}`,
    async look({ deps }) {
      const secret = webhookSecretName(deps, source);
      const { secretId } = secret;
      try {
        const [current = '', previous = ''] = await deps.secrets.currentAndPrevious(secretId, { fresh: true });
        if (parseSecrets(current).keys.length === 0) {
          return [bad(`The secret ${secretId} ${whyNoKeys(current)}.`, putSecret(secret, source))];
        }
        const doubt = await doubtOf(deps, { source, secretId, hasPrevious: previous !== '' });
        return judge(secret, current, previous, doubt, source);
      } catch (error) {
        const problem = keyProblem(secret, error);
        if (problem === undefined) throw error;
        return [problem];
      }
    },
  };
}

function judge(
  secret: KeyName,
  current: string,
  previous: string,
  doubt: string | null,
  source: string,
): readonly Found[] {
  const { keys, malformed } = parseSecrets(current);
  const before = parseSecrets(previous).keys.length;
  const also = before === 0 ? '' : `, and ${before} of before`;
  const holds = `${capital(secret.name)} holds ${keys.length} to verify deliveries with${also}.`;
  const usable = doubt === null ? good(holds) : notice(`${holds} ${doubt}`, haveItShown(source));
  if (malformed === 0) return [usable];
  const form = formOf(current);
  const whole = form === null ? '' : ` As a whole it ${form}.`;
  const entries = malformed === 1 ? 'an entry that is' : `${malformed} entries that are`;
  return [
    usable,
    notice(
      `${capital(secret.name)} also holds ${entries} no ${WELL_FORMED}; nothing is accepted under it.${whole}`,
      putSecret(secret, source),
    ),
  ];
}

function haveItShown(source: string): string {
  return `Have OpenAI send a test event to the endpoint of ${source}: "ckpt sources connect ${source}" does, and has another secret made where this is not the endpoint's. Or wait for the next job to end: if that is answered 401, this is not its secret, or not the whole of it.`;
}

function putSecret({ secretId }: KeyName, source: string): string {
  return `"ckpt sources connect ${source}" has one made at OpenAI and stores it. Or put the secret that OpenAI showed for the endpoint into it: aws secretsmanager put-secret-value --secret-id ${secretId} --secret-string file:///dev/stdin. It is shown once; rotate it at OpenAI if nobody has it any more.`;
}

/** A source's webhook secret. */
interface InUse {
  readonly source: string;
  readonly secretId: string;
  /** Whether there was another value before the current one. */
  readonly hasPrevious: boolean;
}

const UNKNOWN = 'Whether OpenAI signs with it is not shown';

/**
 * Why it is not shown that OpenAI signs with a secret's current value, a whole sentence; null where a delivery of OpenAI's
 * has shown it. Nothing else can: our own test events are signed with whatever is in the secret.
 */
export async function doubtOf(
  { ledger, secretDates }: Pick<OperateDeps, 'ledger' | 'secretDates'>,
  { source, secretId, hasPrevious }: InUse,
): Promise<string | null> {
  const sources = await ledger.getSources().catch(() => undefined);
  if (sources === undefined) return `${UNKNOWN}: the ledger cannot be read.`;
  const { lastWebhookAt: last = null, lastUnderPreviousAt } = sources.find(({ alias }) => alias === source) ?? {};
  if (last === null) return `${UNKNOWN}: none of its deliveries has verified yet.`;
  if (last === lastUnderPreviousAt) {
    return `${UNKNOWN}: its last delivery, of ${toIso(last)}, verified under the value of before alone.`;
  }
  const changedAt = await secretDates.changedAt(secretId);
  if (changedAt === null) return null;
  // The webhook function may have gone on with the value of before for so long.
  const inUseFrom = changedAt + (hasPrevious ? SECRET_CACHE_MS : 0);
  if (last >= inUseFrom) return null;
  return `${UNKNOWN}: none of its deliveries has verified since ${toIso(inUseFrom)}, when this value came into use.`;
}
