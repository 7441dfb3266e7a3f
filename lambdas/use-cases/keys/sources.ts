import {
  BadCredentialsError,
  ForbiddenError,
  IdentityRefusedError,
  MissingScopeError,
  RefusedError,
  UnavailableError,
  UncertainError,
} from '../../core/errors.ts';
import { findSource } from '../../core/policy/policy.ts';
import type { WebhookEndpoint } from '../../core/ports/openai.ts';
import { asSentence } from '../../core/text/sentence.ts';
import { connectionOf, hasVerified } from '../../core/webhook/connection.ts';
import { JOB_ENDED } from '../../core/webhook/event.ts';
import type { ConnectedSource, ResultOf } from '../../shared/contract/operator.ts';
import { toIso, toIsoOrNull } from '../operate/answer.ts';
import { explaining, projectKeyName } from '../operate/explain-openai.ts';
import { BadRequestError } from '../operate/problem.ts';
import { webhookSecretName } from '../operate/webhook-sources.ts';
import { connectIdentity } from './connect-identity.ts';
import { inTurn, type KeysCommand, type KeysCommandDeps, tell } from './deps.ts';
import { disconnectIdentity } from './disconnect-identity.ts';

/** What a test event is about; its job does not exist. */
const [TESTED_TYPE] = JOB_ENDED;

/**
 * `connect-source`. Nothing has to be remembered of it: the endpoint is found by its URL, and where its secret is not in ours,
 * because an answer was lost or the work broken off, OpenAI is asked for another one, beside which the old one verifies for 24
 * hours. So it may be broken off anywhere, and goes on when it is asked for again.
 */
export const connectSource: KeysCommand<'connect-source'> = (deps, { source }) =>
  inTurn(deps, 'connect-sources', () => connect(deps, source));

async function connect(deps: KeysCommandDeps, source: string): Promise<ResultOf<'connect-source'>> {
  webhookSecretName(deps, source);
  const isIdentityNew = await connectIdentity(deps, source);
  const { api, url, secret, endpoints } = await gather(deps, source, isIdentityNew);
  const openai = <Answer>(call: () => Promise<Answer>) => explaining(projectKeyName(deps, source), call);
  const read = () => deps.store.read(secret.secretId, { stage: 'AWSCURRENT' });
  const name = `Checkpoint Sharing ${deps.stackName}/${source}`;
  const verifiedAt = await lastVerified(deps, source);
  const { endpoint, doubles, eventTypes, isLost, kept } = connectionOf({
    endpoints,
    url,
    name,
    secret: (await explaining(secret, read)) ?? '',
    isShared: [...deps.secretIds.webhookSecrets.values()].filter((id) => id === secret.secretId).length > 1,
    verifiedAt,
  });
  let current: WebhookEndpoint | null = endpoint;
  let signingSecret: string | null = null;
  const toDo = [
    ...doubles.map(({ id }) => `rid of its double ${id}`),
    ...(eventTypes === null ? [] : [`told of ${eventTypes.join(', ')}`]),
    ...(isLost ? ['given another secret'] : []),
  ];
  const changed = endpoint === null || toDo.length > 0;
  const say = (id: string, acts: string) => tell(deps, 'source-connected', `${source}: webhook endpoint ${id} ${acts}`);

  // What was done shows no more when it is asked for again: it is told of before.
  if (endpoint !== null && changed) await say(endpoint.id, `is to be ${toDo.join('; ')}`);
  for (const { id } of doubles) await openai(() => api.delete(id));
  if (current === null) {
    const made = await openai(() => api.create({ name, url, eventTypes: JOB_ENDED }));
    ({ endpoint: current, signingSecret } = made);
    // Before its secret is stored: without that, it is given another one, and told of.
    await say(current.id, 'made');
  }
  const { id } = current;
  if (eventTypes !== null) current = await openai(() => api.update(id, { eventTypes }));
  if (isLost) ({ signingSecret } = await openai(() => api.rotateSecret(id, { keepOldFor24Hours: true })));
  if (signingSecret !== null) {
    const value = [signingSecret, ...kept].join('\n');
    await explaining(secret, () => deps.store.put(secret.secretId, value));
  }
  // Its key has just let us in: what a source without one was read by is of no use any more.
  const isFormerGone = isIdentityNew === undefined && (await disconnectIdentity(deps, source));
  const verified = !changed && endpoint !== null && hasVerified(endpoint, verifiedAt);
  return { ...describe(deps, source, current), changed: changed || isIdentityNew === true || isFormerGone, verified };
}

/** `test-source`: has OpenAI send a test event, or looks whether one has arrived and was genuine. */
export const testSource: KeysCommand<'test-source'> = async (deps, { source, since }) => {
  const askedAt = since === null ? deps.now() : Date.parse(since);
  const failure = since === null ? await sendTest(deps, source) : null;
  const verifiedAt = await lastVerified(deps, source);
  const isSince = verifiedAt !== null && verifiedAt >= askedAt;
  return { askedAt: toIso(askedAt), verifiedAt: toIsoOrNull(isSince ? verifiedAt : null), failure };
};

/**
 * `disconnect-source`: whatever delivers to our URL for this source is deleted, and then what a source without a stored key is
 * read by. Where OpenAI does not let us in any more, we are let in once more first: nothing is left behind unseen. Of a source
 * that the policy does not name any more the latter alone is known.
 */
export const disconnectSource: KeysCommand<'disconnect-source'> = (deps, { source }) =>
  inTurn(deps, 'connect-sources', () => disconnect(deps, source));

async function disconnect(deps: KeysCommandDeps, source: string): Promise<ResultOf<'disconnect-source'>> {
  if (findSource(deps.policy, source) === undefined && (await disconnectIdentity(deps, source))) {
    const url = urlOf(deps, source);
    return { source, webhookEndpointId: null, url, eventTypes: [], keyless: true, changed: true };
  }
  const { api, url, endpoints } = await gather(deps, source).catch(async (error: unknown) => {
    const { cause } = error instanceof Error ? error : {};
    if (!(cause instanceof IdentityRefusedError)) throw error;
    if (cause.link === 'connection') return { api: undefined, url: urlOf(deps, source), endpoints: [] };
    return gather(deps, source, await connectIdentity(deps, source));
  });
  const ours = endpoints.filter((endpoint) => endpoint.url === url);
  if (ours.length > 0) {
    // Before it is done, since nothing shows it afterwards.
    const ids = ours.map(({ id }) => id).join(', ');
    await tell(deps, 'source-disconnected', `${source}: webhook endpoint ${ids} is to be deleted`);
  }
  for (const { id } of ours) await explaining(projectKeyName(deps, source), async () => api?.delete(id));
  const changed = (await disconnectIdentity(deps, source)) || ours.length > 0;
  const [first] = ours;
  if (first !== undefined) return { ...describe(deps, source, first), changed };
  return { source, webhookEndpointId: null, url, eventTypes: [], keyless: isKeyless(deps, source), changed };
}

/** A rule that was just made may take a moment to count. Milliseconds. */
const WAITS_MS = [1_000, 2_000, 4_000, 8_000];

/**
 * What OpenAI has of the source; where it is `isNew` by what it is read, patiently. Throws `BadRequestError` for one that there
 * is not, or what is wrong with its project key.
 */
async function gather(deps: KeysCommandDeps, source: string, isNew = false) {
  const secret = webhookSecretName(deps, source);
  const api = deps.endpointsOf(source);
  if (api === undefined) {
    throw new BadRequestError(
      `The keys function was told of no project key for ${source}, and only with one OpenAI lets webhook endpoints be made.`,
      'Deploy the stack again.',
    );
  }
  const list = (waits: readonly number[]): ReturnType<typeof api.list> =>
    api.list().catch(async (error: unknown) => {
      const [waitMs, ...others] = waits;
      const isEarly = NOT_YET.some((kind) => error instanceof kind);
      if (!isEarly || waitMs === undefined) throw error;
      await deps.sleep(waitMs);
      return list(others);
    });
  const endpoints = await explaining(projectKeyName(deps, source), () => list(isNew ? WAITS_MS : []));
  return { api, url: urlOf(deps, source), secret, endpoints };
}

const NOT_YET = [IdentityRefusedError, BadCredentialsError, ForbiddenError, MissingScopeError] as const;

function urlOf({ webhookUrl }: KeysCommandDeps, source: string): string {
  return `${webhookUrl}/${source}`;
}

/** Null, or why the event was not taken. What is wrong with the key is thrown. */
async function sendTest(deps: KeysCommandDeps, source: string): Promise<string | null> {
  const { api, url, endpoints } = await gather(deps, source);
  const endpoint = endpoints.find((each) => each.url === url);
  if (endpoint === undefined) {
    throw new BadRequestError(
      `OpenAI has no webhook endpoint ${url} in the project of ${source}.`,
      `Have it made: "ckpt sources connect ${source}".`,
    );
  }
  try {
    const { success, statusCode } = await explaining(projectKeyName(deps, source), () =>
      api.test(endpoint.id, TESTED_TYPE),
    );
    return success
      ? null
      : `OpenAI's test event was not taken: ${statusCode ? `status ${statusCode}` : 'no answer came'}.`;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : error;
    const isOfDelivery =
      cause instanceof RefusedError || cause instanceof UncertainError || cause instanceof UnavailableError;
    if (!isOfDelivery) throw error;
    return `OpenAI's test event was not taken: ${asSentence(cause.message)}`;
  }
}

/** When a delivery of OpenAI's last verified under the current secret; null where none has. */
async function lastVerified({ ledger }: KeysCommandDeps, source: string): Promise<number | null> {
  const found = (await ledger.getSources()).find(({ alias }) => alias === source);
  const last = found?.lastWebhookAt ?? null;
  return last === (found?.lastUnderPreviousAt ?? null) ? null : last;
}

function describe(
  deps: KeysCommandDeps,
  source: string,
  { id, url, eventTypes }: WebhookEndpoint,
): Omit<ConnectedSource, 'changed'> {
  return { source, webhookEndpointId: id, url, eventTypes, keyless: isKeyless(deps, source) };
}

function isKeyless({ policy }: KeysCommandDeps, source: string): boolean {
  return findSource(policy, source)?.source.workloadIdentity !== undefined;
}
