import { type Bundle, WEBHOOK_LIMITS, webhookLimits } from './bundles.ts';
import type { Section } from './section.ts';
import { renderTable } from './table.ts';

/** How big each function is, as the stack bundles it. */
export function benchSize(bundles: readonly Bundle[]): Section {
  const webhook = bundles.find(({ name }) => name === 'webhook');
  if (webhook === undefined) throw new Error('The webhook function is not among the bundles.');
  const text = renderTable(
    'Bundle of each function, by the bundler of the stack',
    [
      { head: 'function', cell: ({ name }) => name },
      {
        head: 'KB at start',
        cell: ({ startBytes }) => kilobytes(startBytes),
        meaning: 'the modules that it cannot start without, in 1000 bytes',
      },
      {
        head: 'KB gzip',
        cell: ({ gzipBytes }) => kilobytes(gzipBytes),
        meaning: `all its modules, as they are uploaded and fetched at a cold start, about; webhook at most ${WEBHOOK_LIMITS.gzipBytes / 1000} KB`,
      },
      {
        head: 'AWS clients',
        cell: ({ clients }) => clients.length,
        meaning: `services it has a client of when it starts; webhook at most ${WEBHOOK_LIMITS.clients}`,
      },
      { head: 'of', cell: ({ clients }) => clients.join(' ') },
      {
        head: 'later',
        cell: ({ laterClients }) => laterClients.join(' '),
        meaning: 'whose client is loaded when it is needed',
      },
      {
        head: 'credentials',
        cell: ({ credentialClients }) => `+${credentialClients.length}`,
        meaning: "clients in the SDK's credential chain; not used on Lambda, whose credentials are in the environment",
      },
    ],
    bundles,
  );
  const rows = bundles.map(({ file: _, ...row }) => row);
  return { name: 'bundles', rows, text, limits: webhookLimits(webhook) };
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}
