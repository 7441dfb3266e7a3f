import { HARMLESS_TYPE } from '../../../lambdas/core/webhook/test-event.ts';
import type { Finding } from '../../../lambdas/shared/contract/operator.ts';
import { type Asking, ask } from '../ask.ts';
import { CliError } from '../errors.ts';
import { oneLine } from '../text/paint.ts';
import { post } from '../webhook/post.ts';
import { adviceFor } from '../webhook/sent-text.ts';
import { localFinding } from './this-machine.ts';

/**
 * Delivers a genuine event of no use to every source, from here: the way of OpenAI's webhooks but for its first step. `known`
 * is what the operator function has found: whether OpenAI's own deliveries verify.
 */
export async function testWebhooks(session: Asking, known: readonly Finding[]): Promise<readonly Finding[]> {
  try {
    const { sources } = await ask(session, { command: 'status' });
    const present = sources.filter(({ projectId }) => projectId !== null);
    return await Promise.all(present.map(({ alias }) => testWebhook(session, alias, known)));
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [
      localFinding('webhook-test', 'notice', `Which sources there are is not known: ${error.message}`, error.next),
    ];
  }
}

async function testWebhook(session: Asking, source: string, known: readonly Finding[]): Promise<Finding> {
  const check = `webhook-test ${source}`;
  const request = { command: 'webhook-sign', source, type: HARMLESS_TYPE } as const;
  try {
    const signed = await ask(session, { ...request, jobId: null, ageSeconds: 0, badSignature: false });
    const { status, body } = await post(signed);
    if (status === 200) {
      const accepted = `${signed.url} accepts a signed test event.`;
      const isShown = known.some((each) => each.check === `webhook-secret ${source}` && each.state === 'good');
      return isShown
        ? localFinding(check, 'good', accepted)
        : localFinding(check, 'notice', `${accepted} ${ONLY_OURS}`, SEE_SECRET);
    }
    const answer = `${status} ${oneLine(body)}`.trim();
    return localFinding(check, 'bad', `${signed.url} answers ${answer} to a signed test event.`, adviceFor(status));
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return localFinding(check, 'bad', `No test event could be delivered: ${error.message}`, error.next);
  }
}

const ONLY_OURS =
  'It was signed with the secret that the stack holds, so that this shows only that the stack agrees with itself: no delivery of OpenAI has verified under it yet.';
const SEE_SECRET = 'See what is said of its webhook secret.';
