import { RefusedError, UnavailableError, UncertainError } from '../../core/errors.ts';
import type { WebhookEndpoint } from '../../core/ports/openai.ts';
import { asSentence } from '../../core/text/sentence.ts';
import { connectionOf, hasVerified } from '../../core/webhook/connection.ts';
import { JOB_ENDED } from '../../core/webhook/event.ts';
import type { ConnectedSource } from '../../shared/contract/operator.ts';
import { toIso, toIsoOrNull } from '../operate/answer.ts';
import { explaining, projectKeyName } from '../operate/explain-openai.ts';
import { BadRequestError } from '../operate/problem.ts';
import { webhookSecretName } from '../operate/webhook-sources.ts';
import { type KeysCommand, type KeysCommandDeps, tell } from './deps.ts';

/** What a test event is about; its job does not exist. */
const [TESTED_TYPE] = JOB_ENDED;

/**
 * `connect-source`. Nothing has to be remembered of it: the endpoint is found by its URL, and where its secret is not in ours,
 * because an answer was lost or the work broken off, OpenAI is asked for another one, beside which the old one verifies for 24
 * hours. So it may be broken off anywhere, and goes on when it is asked for again.
 */
export const connectSource: KeysCommand<'connect-source'> = async (deps, { source }) => {
  const { api, url, secret, endpoints } = await gather(deps, source);
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
  const done: string[] = [];
  let current: WebhookEndpoint | null = endpoint;
  let signingSecret: string | null = null;

  for (const { id } of doubles) {
    await openai(() => api.delete(id));
    done.push(`its double ${id} deleted`);
  }
  if (current === null) {
    const made = await openai(() => api.create({ name, url, eventTypes: JOB_ENDED }));
    ({ endpoint: current, signingSecret } = made);
    done.push('made');
  }
  const { id } = current;
  if (eventTypes !== null) {
    current = await openai(() => api.update(id, { eventTypes }));
    done.push(`told of ${eventTypes.join(', ')}`);
  }
  if (isLost) {
    ({ signingSecret } = await openai(() => api.rotateSecret(id, { keepOldFor24Hours: true })));
    done.push('given another secret');
  }
  // Before the secret is stored: without that, another one is asked for and told of, so that none is ever in use untold.
  if (done.length > 0) await tell(deps, 'source-connected', `${source}: webhook endpoint ${id} ${done.join('; ')}`);
  if (signingSecret !== null) {
    const value = [signingSecret, ...kept].join('\n');
    await explaining(secret, () => deps.store.put(secret.secretId, value));
  }
  const changed = done.length > 0;
  const verified = !changed && endpoint !== null && hasVerified(endpoint, verifiedAt);
  return { ...describe(source, current), changed, verified };
};

/** `test-source`: has OpenAI send a test event, or looks whether one has arrived and was genuine. */
export const testSource: KeysCommand<'test-source'> = async (deps, { source, since }) => {
  const askedAt = since === null ? deps.now() : Date.parse(since);
  const failure = since === null ? await sendTest(deps, source) : null;
  const verifiedAt = await lastVerified(deps, source);
  const isSince = verifiedAt !== null && verifiedAt >= askedAt;
  return { askedAt: toIso(askedAt), verifiedAt: toIsoOrNull(isSince ? verifiedAt : null), failure };
};

/** `disconnect-source`: whatever delivers to our URL for this source is deleted. */
export const disconnectSource: KeysCommand<'disconnect-source'> = async (deps, { source }) => {
  const { api, url, endpoints } = await gather(deps, source);
  const [first, ...others] = endpoints.filter((endpoint) => endpoint.url === url);
  if (first === undefined) {
    return { source, webhookEndpointId: null, url, eventTypes: [], keyless: false, changed: false };
  }
  for (const { id } of [first, ...others]) {
    await explaining(projectKeyName(deps, source), () => api.delete(id));
    await tell(deps, 'source-disconnected', `${source}: webhook endpoint ${id} deleted`);
  }
  return { ...describe(source, first), changed: true };
};

/** What OpenAI has of the source. Throws `BadRequestError` for one that there is not, or what is wrong with its project key. */
async function gather(deps: KeysCommandDeps, source: string) {
  const secret = webhookSecretName(deps, source);
  const api = deps.endpointsOf(source);
  if (api === undefined) {
    throw new BadRequestError(
      `The keys function was told of no project key for ${source}, and only with one OpenAI lets webhook endpoints be made.`,
      'Deploy the stack again.',
    );
  }
  const endpoints = await explaining(projectKeyName(deps, source), () => api.list());
  return { api, url: `${deps.webhookUrl}/${source}`, secret, endpoints };
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

function describe(source: string, { id, url, eventTypes }: WebhookEndpoint): Omit<ConnectedSource, 'changed'> {
  return { source, webhookEndpointId: id, url, eventTypes, keyless: false };
}
