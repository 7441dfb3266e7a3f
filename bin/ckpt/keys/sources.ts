import { type ConnectedSource, connectedSource, disconnectedSource } from '../../../lambdas/shared/contract/keys.ts';
import { ask, type Patience, timeoutOption, waitUntil } from '../ask.ts';
import { CliError } from '../errors.ts';
import { group, readDuration } from '../options.ts';
import type { CliCommand, Session } from '../session.ts';
import { oneLine } from '../text/paint.ts';

const GROUP = ['sources', 'have OpenAI deliver the webhooks of a source, or no more'] as const;

export const sourcesConnect: CliCommand<Patience> = {
  document: connectedSource,
  define: (program) =>
    group(program, ...GROUP)
      .command('connect')
      .description("make or mend a source's webhook endpoint at OpenAI, store its secret, and see a test event arrive")
      .argument('<alias>', 'the source')
      .option('--timeout <time>', 'how long to wait for the test event, such as 90s or 10m', readDuration, 5 * 60_000)
      .addHelpText('after', '\nAgain it changes nothing; broken off anywhere, it goes on when it is asked for again.'),

  async run(session, { timeout }, [source = '']) {
    const document = await connectSource(session, source, timeout);
    return { document, text: () => showConnected(document) };
  },
};

/** Has a source connected, and comes back when a delivery of OpenAI's has verified; throws `CliError`. */
export async function connectSource(session: Session, source: string, timeoutMs: number): Promise<ConnectedSource> {
  const endsAt = session.now() + timeoutMs;
  const { verified, ...connected } = await ask(session, { command: 'connect-source', source }, { timeoutMs });
  const { webhookEndpointId: id, url, changed } = connected;
  const { watched, err } = session.terminal;
  if (watched) err(`${id} delivers to ${url}${changed ? '' : ', as before'}.\n`);
  if (!verified) await awaitDelivery(session, source, endsAt);
  return connected;
}

export function showConnected({ source, webhookEndpointId: id, url, changed }: ConnectedSource): string {
  const how = changed ? 'is connected' : 'was connected already';
  return `${source} ${how}: OpenAI delivers to ${url} (${id}), and its deliveries verify.\n`;
}

export const sourcesDisconnect: CliCommand<Patience & { readonly yes?: true }> = {
  document: disconnectedSource,
  define: (program) =>
    timeoutOption(
      group(program, ...GROUP)
        .command('disconnect')
        .description(
          "delete a source's webhook endpoint at OpenAI, and what it is read by without a key; its secrets stay",
        )
        .argument('<alias>', 'the source; or one that the policy had, of which doctor says that something is left')
        .option('--yes', 'do it'),
    ).addHelpText('after', '\nDo it before a stack is destroyed: afterwards nobody is there to be asked.'),

  async run(session, { yes, timeout: timeoutMs }, [source = '']) {
    if (yes !== true) {
      throw new CliError({
        name: 'NotAgreedError',
        message: `This would delete the webhook endpoint of ${source} at OpenAI, and where it has no stored key what it is read by; nothing was done.`,
        next: 'Say so with --yes.',
      });
    }
    const done = await ask(session, { command: 'disconnect-source', source }, { timeoutMs });
    const stays = done.keyless
      ? 'What it was read by is gone, too: its jobs are found again when it is connected.'
      : 'Its project key and its webhook secret stay in their secrets, and sweeps still find its jobs.';
    const { webhookEndpointId: id } = done;
    const gone =
      done.keyless && id === null
        ? `OpenAI has nothing more of what ${source} was read by without a stored key.`
        : `OpenAI does not deliver to ${done.url} any more${id === null ? '' : ` (${id})`}. ${stays}`;
    return { document: done, text: () => `${done.changed ? gone : `OpenAI has no webhook endpoint ${done.url}.`}\n` };
  },
};

const POLL_MS = 1_000;
/** A new secret may be refused for as long as the webhook function does not read it again. */
const TEST_AGAIN_MS = 15_000;

/** Has OpenAI send test events until one has arrived and verified. Throws `CliError` where none does in time. */
async function awaitDelivery(session: Session, source: string, endsAt: number): Promise<void> {
  let sent: { readonly since: string; readonly at: number; readonly failure: string | null } | null = null;
  await waitUntil(session, endsAt, async () => {
    const since = sent === null || session.now() - sent.at >= TEST_AGAIN_MS ? null : sent.since;
    const asked = { command: 'test-source', source, since } as const;
    const { askedAt, verifiedAt, failure } = await ask(session, asked, { timeoutMs: endsAt - session.now() });
    if (verifiedAt !== null) return { result: undefined };
    // What was asked for first may arrive after the second: either shows it.
    sent = {
      since: sent?.since ?? askedAt,
      at: since === null ? session.now() : (sent?.at ?? 0),
      failure: since === null ? failure : (sent?.failure ?? null),
    };
    const why = sent.failure ?? "OpenAI's test event has not arrived yet.";
    return {
      inMs: Math.min(POLL_MS, endsAt - session.now()),
      line: `${oneLine(why)} Waiting …`,
      tooLate: () => {
        throw notArrived(source, why);
      },
    };
  });
}

function notArrived(source: string, why: string): CliError {
  return new CliError({
    name: 'NotVerifiedError',
    message: `The webhook endpoint of ${source} is there, but no delivery has verified in time: ${why}`,
    next: `"ckpt webhook send --source ${source}" tries the way into the stack without OpenAI, and docs/runbook.md#webhook-errors says more; then connect again.`,
  });
}
