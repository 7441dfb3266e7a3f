import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { sourceAlias, type Told } from '../../../lambdas/shared/contract/parts.ts';
import { verifiedDelivery } from '../../../lambdas/shared/contract/webhook.ts';
import { ask } from '../ask.ts';
import { CliError } from '../errors.ts';
import { group } from '../options.ts';
import { readInput, STANDARD_INPUT } from '../read-input.ts';
import type { Answer, CliCommand } from '../session.ts';
import type { Paint } from '../text/paint.ts';
import { type CapturedDelivery, readRequest } from './request-dump.ts';

interface VerifyOptions {
  readonly source: string;
  readonly request?: string;
  readonly id?: string;
  readonly timestamp?: string;
  readonly signature?: string;
  readonly body?: string;
  readonly at?: string;
}

const document = z
  .strictObject({
    source: sourceAlias,
    doubt: z.string().nullable().describe('Why what was read may not be what was delivered; null where it is.'),
    ...verifiedDelivery.shape,
  })
  .describe('Why a captured delivery is accepted or refused.');
type VerifiedDocument = Told<typeof document>;

const NEXT = 'Name a file that can be read, or - for standard input.';

export const webhookVerify: CliCommand<VerifyOptions> = {
  document,
  define: (program) =>
    group(program, 'webhook', 'try and check the way of webhooks into the stack')
      .command('verify')
      .description('say why a captured delivery is accepted or refused; exit code 1 if it is refused')
      .requiredOption('--source <alias>', 'the source project to whose URL it was delivered')
      .option(
        '--request <file>',
        'the whole HTTP request as it came: headers, an empty line, the body; - for standard input',
      )
      .option('--id <text>', 'header webhook-id')
      .option('--timestamp <text>', 'header webhook-timestamp')
      .option('--signature <text>', 'header webhook-signature')
      .option('--body <file>', 'the raw body; - for standard input (default)')
      .option('--at <time>', 'judge it as of this time (2026-11-20T12:00:00Z, or seconds since the epoch)', readTime)
      .addHelpText('after', '\nBytes count: a line end that an editor has put after the body changes the signature.'),

  async run(session, options): Promise<Answer> {
    const { paint } = session;
    const { source, at = null } = options;
    const { id, timestamp, signature, body, doubt } = await capture(options);
    const verified = await ask(session, {
      command: 'webhook-verify',
      source,
      id,
      timestamp,
      signature,
      body: body.toString('base64'),
      at,
    });
    const told: VerifiedDocument = { source, doubt, ...verified };
    return { document: told, text: () => showVerified(told, paint), exitCode: verified.accepted ? 0 : 1 };
  },
};

async function capture({ request, id, timestamp, signature, body }: VerifyOptions): Promise<CapturedDelivery> {
  const isInParts = [id, timestamp, signature, body].some((part) => part !== undefined);
  if (request !== undefined && !isInParts) return readRequest(await readInput(request, NEXT));
  if (request === undefined && isInParts) {
    const bytes = await readInput(body ?? STANDARD_INPUT, NEXT);
    return { id: id ?? '', timestamp: timestamp ?? '', signature: signature ?? '', body: bytes, doubt: null };
  }
  throw new CliError({
    name: 'UsageError',
    message: request === undefined ? 'No delivery was given.' : 'A delivery is given as a whole or in parts, not both.',
    next: 'Give it with --request FILE, or with --id, --timestamp, --signature and --body FILE.',
  });
}

function showVerified({ accepted, checks, event, doubt }: VerifiedDocument, paint: Paint): string {
  const lines = checks.map(({ check, passed, message }) => {
    const mark = passed ? paint('green', '✓') : paint('red', '✗');
    return `${mark} ${check.padEnd(19)}  ${message ?? 'passed'}`;
  });
  const failed = checks.filter(({ passed }) => !passed).map(({ check }) => check);
  const what = event === null ? '' : ` (${event.type}${event.jobId === null ? '' : `, ${event.jobId}`})`;
  const verdict = accepted
    ? paint('green', `It is accepted${what}.`)
    : paint('red', `It is refused${what}: ${failed.join(', ')}.`);
  return `${[...lines, ...(doubt === null ? [] : [paint('yellow', doubt)]), verdict].join('\n')}\n`;
}

function readTime(text: string): string {
  const ms = /^\d{1,11}$/.test(text) ? Number(text) * 1_000 : Date.parse(text);
  if (Number.isFinite(ms)) return new Date(ms).toISOString();
  throw new InvalidArgumentError('A time is written 2026-11-20T12:00:00Z, or in seconds since the epoch.');
}
