import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import type { Told } from '../../../lambdas/shared/contract/parts.ts';
import type { CliCommand } from '../session.ts';
import { readAssets } from './assets.ts';
import { openBrowser } from './open-browser.ts';
import { servePage } from './server.ts';

const document = z
  .strictObject({ url: z.url().describe('Where the page is, on this machine alone, with the token that it takes.') })
  .describe('The page is served, until the command is ended.');

interface UiOptions {
  readonly port: number;
  readonly open: boolean;
  readonly allowChanges?: true;
}

const HELP = `
The page is on 127.0.0.1 alone, under an address with a token that is another one each time. It asks with your own AWS
credentials, as every command does, and ends with this command (Ctrl-C). Without --allow-changes it only looks.`;

export const ui: CliCommand<UiOptions> = {
  document,
  define: (program) =>
    program
      .command('ui')
      .description('show who may use which model on a page of this machine, live')
      .option('--port <number>', 'where it listens on 127.0.0.1 (default: any port that is free)', readPort, 0)
      .option('--no-open', 'only print where the page is, and open no browser')
      .option('--allow-changes', 'let the page share, revoke, confirm, pause and repair, too')
      .addHelpText('after', HELP),

  async run({ operator, stack, terminal }, { port, open, allowChanges = false }) {
    const assets = await readAssets();
    const server = await servePage({ operator, stack, assets, port, allowChanges });
    if (open && terminal.watched) openBrowser(server.ticket());
    const told: Told<typeof document> = { url: server.url };
    // Nothing ends it but a signal.
    return { document: told, text: () => `${server.url}\n`, until: new Promise(() => undefined) };
  },
};

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535; 0 stands for any that is free.');
}
