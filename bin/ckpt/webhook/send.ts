import { Option } from 'commander';
import { JOB_ID } from '../../../lambdas/core/model/ids.ts';
import { HARMLESS_TYPE, TEST_EVENT_TYPES } from '../../../lambdas/core/webhook/test-event.ts';
import { ask } from '../ask.ts';
import { CliError } from '../errors.ts';
import { group } from '../options.ts';
import { hasKey, keyPasted } from '../pasted-key.ts';
import type { Answer, CliCommand } from '../session.ts';
import { post } from './post.ts';
import { type SentDocument, sentDocument, showSent } from './sent-text.ts';

interface SendOptions {
  readonly source: string;
  readonly job?: string;
  readonly type?: string;
  readonly duplicate?: true;
  readonly late?: true;
  readonly badSignature?: true;
  readonly url?: string;
}

const JOB_TYPE = 'fine_tuning.job.succeeded';

/** Twice what is tolerated. */
const LATE_SECONDS = 600;

const HELP = `
Genuine deliveries are to be answered 200, each of them; late ones and those with a bad signature 401.
The exit code is 1 where that is not so. Only a delivery with --job is taken note of: its job is looked at.`;

export const webhookSend: CliCommand<SendOptions> = {
  document: sentDocument,
  define: (program) =>
    group(program, 'webhook', 'try and check the way of webhooks into the stack')
      .command('send')
      .description('sign a test event with the secret of a source, and deliver it from here')
      .requiredOption('--source <alias>', 'the source project whose webhook secret signs it')
      .option('--job <ftjob-id>', 'tell that this job has ended', readJob)
      .addOption(
        new Option(
          '--type <type>',
          `type of the event (default: ${HARMLESS_TYPE}, which is of no use to anybody; with --job ${JOB_TYPE})`,
        ).choices(TEST_EVENT_TYPES),
      )
      .option('--duplicate', 'deliver it twice')
      .option('--late', `sign it as if it were ${LATE_SECONDS / 60} minutes old`)
      .option('--bad-signature', 'change it after it was signed')
      .option('--url <url>', "deliver to this URL instead of the stack's: a gateway, a tunnel, a local cloud")
      .addHelpText('after', HELP),

  async run(session, options): Promise<Answer> {
    const { paint } = session;
    const { source, job, duplicate, late, badSignature, url } = options;
    const signed = await ask(session, {
      command: 'webhook-sign',
      source,
      type: typeOf(options),
      jobId: job ?? null,
      ageSeconds: late ? LATE_SECONDS : 0,
      badSignature: badSignature === true,
    });
    const event = { ...signed, url: url ?? signed.url };
    const deliveries = [await post(event)];
    if (duplicate) deliveries.push(await post(event));
    const expected = late || badSignature ? 401 : 200;
    const document: SentDocument = {
      source,
      url: event.url,
      webhookId: signed.headers['webhook-id'] ?? null,
      type: typeOf(options),
      expected,
      ok: deliveries.every(({ status }) => status === expected),
      deliveries,
    };
    return { document, text: () => showSent(document, paint), exitCode: document.ok ? 0 : 1 };
  },
};

/** A made-up job would be looked for at OpenAI, again and again, and end as a dead letter. */
function typeOf({ type, job }: SendOptions): string {
  if (type !== undefined && type !== HARMLESS_TYPE && job === undefined) {
    throw new CliError({
      name: 'UsageError',
      message: `An event of the type ${type} is about a job.`,
      next: 'Name one that there is with --job ftjob-….',
    });
  }
  return type ?? (job === undefined ? HARMLESS_TYPE : JOB_TYPE);
}

function readJob(word: string): string {
  if (JOB_ID.test(word)) return word;
  if (hasKey(word)) throw keyPasted();
  throw new CliError({ name: 'TargetError', message: `"${word}" is no job.`, next: 'Write its id, ftjob-….' });
}
