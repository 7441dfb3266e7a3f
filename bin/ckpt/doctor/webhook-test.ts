import { HARMLESS_TYPE } from '../../../lambdas/core/webhook/test-event.ts';
import type { Finding } from '../../../lambdas/shared/contract/operator.ts';
import { CliError } from '../errors.ts';
import { oneLine } from '../one-line.ts';
import type { Session } from '../session.ts';
import { post } from '../webhook/post.ts';
import { adviceFor } from '../webhook/sent-text.ts';
import { localFinding } from './local-finding.ts';

/** Delivers a genuine event of no use to every source, from here: the way of OpenAI's webhooks but for its first step. */
export async function testWebhooks(session: Session): Promise<readonly Finding[]> {
  try {
    const { sources } = await session.operator.ask({ command: 'status' });
    const present = sources.filter(({ projectId }) => projectId !== null);
    return await Promise.all(present.map(({ alias }) => testWebhook(session, alias)));
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [
      localFinding('webhook-test', 'notice', `Which sources there are is not known: ${error.message}`, error.next),
    ];
  }
}

async function testWebhook({ operator }: Session, source: string): Promise<Finding> {
  const check = `webhook-test ${source}`;
  const request = { command: 'webhook-sign', source, type: HARMLESS_TYPE } as const;
  try {
    const signed = await operator.ask({ ...request, jobId: null, ageSeconds: 0, badSignature: false });
    const { status, body } = await post(signed);
    if (status === 200) return localFinding(check, 'good', `${signed.url} accepts a signed test event.`);
    const answer = `${status} ${oneLine(body)}`.trim();
    return localFinding(check, 'bad', `${signed.url} answers ${answer} to a signed test event.`, adviceFor(status));
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return localFinding(check, 'bad', `No test event could be delivered: ${error.message}`, error.next);
  }
}
