import { createHash, type KeyObject } from 'node:crypto';
import { SecretUnusableError } from '../../core/errors.ts';
import { JOB_ID } from '../../core/model/ids.ts';
import { parseSecrets, whyNoKeys } from '../../core/webhook/secrets.ts';
import { sign } from '../../core/webhook/sign.ts';
import {
  OWN_EVENT_PREFIX,
  TEST_EVENT_TYPES,
  type TestEventType,
  testEventBody,
  withChangedByte,
} from '../../core/webhook/test-event.ts';
import type { Command, CommandDeps } from './deps.ts';
import { explaining, type KeyName } from './explain-openai.ts';
import { BadRequestError } from './problem.ts';
import { quoted } from './read-request.ts';
import { webhookSecretName } from './webhook-sources.ts';

/** `webhook-sign`: a test event as OpenAI would deliver it, for whoever asks to send. Nothing else is ever signed. */
export const webhookSign: Command<'webhook-sign'> = async (
  deps,
  { source, type: asked, jobId: named, ageSeconds, badSignature },
) => {
  const type = readType(asked);
  const jobId = readJobId(named);
  const { webhookUrl, now, requestId, log } = deps;
  if (jobId === null && type.startsWith('fine_tuning.')) throw jobNeeded(type);
  const secret = webhookSecretName(deps, source);
  const key = await explaining(secret, () => readFirstKey(deps, secret));
  const sentAt = Math.floor(now() / 1000) - ageSeconds;
  // Made of the request's id, so that the webhook function's log can be found by it.
  const id = (prefix: string, length: number) => `${prefix}${digestOf(`${prefix} ${requestId}`).slice(0, length)}`;
  const signed = testEventBody({
    id: id(OWN_EVENT_PREFIX, 32),
    type,
    createdAt: sentAt,
    jobId: jobId ?? id('ftjob-test', 20),
  });
  const webhookId = id('wh_', 32);
  const timestamp = String(sentAt);
  const signature = sign({ id: webhookId, timestamp, body: Buffer.from(signed) }, key);
  log.info('Test event signed', { source, eventType: type, jobId, webhookId, ageSeconds, badSignature });
  return {
    url: `${webhookUrl}/${source}`,
    headers: {
      'content-type': 'application/json',
      'webhook-id': webhookId,
      'webhook-timestamp': timestamp,
      'webhook-signature': signature,
    },
    body: badSignature ? withChangedByte(signed) : signed,
  };
};

/** Any key of the current value would do: the webhook function tries them all. */
async function readFirstKey({ secrets }: Pick<CommandDeps, 'secrets'>, { secretId }: KeyName): Promise<KeyObject> {
  const value = await secrets.current(secretId, { fresh: true });
  const [first] = parseSecrets(value).keys;
  if (first === undefined) throw new SecretUnusableError(secretId, whyNoKeys(value));
  return first;
}

function readType(type: string): TestEventType {
  const known = TEST_EVENT_TYPES.find((each) => each === type);
  if (known !== undefined) return known;
  throw new BadRequestError(
    `No event of the type ${quoted(type)} is signed here.`,
    `Name one of: ${TEST_EVENT_TYPES.join(', ')}.`,
  );
}

function readJobId(jobId: string | null): string | null {
  if (jobId === null || JOB_ID.test(jobId)) return jobId;
  throw new BadRequestError(`${quoted(jobId)} is no job id.`, 'Write one as in ftjob-AbC123.');
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A made-up job could not be read, and would end as a dead letter. */
function jobNeeded(type: string): BadRequestError {
  return new BadRequestError(`An event of the type ${type} has to name a job.`, 'Name one with --job ftjob-….');
}
