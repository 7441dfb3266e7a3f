import { z } from 'zod';
import { type Told, where } from '../../../lambdas/shared/contract/parts.ts';
import { versionResult } from '../../../lambdas/shared/contract/status.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { ask } from '../ask.ts';
import { type CliCommand, whereIs } from '../session.ts';

const document = z
  .strictObject({
    ...where,
    cli: z.string().describe('Version of this command line.'),
    ...versionResult.shape,
  })
  .describe('The versions of the command line, of the deployed code and of its policy.');

export const version: CliCommand<object> = {
  document,
  define: (program) =>
    program.command('version').description('show the versions of this command line, of the stack and of its policy'),

  async run(session) {
    const deployed = await ask(session, { command: 'version' });
    const told: Told<typeof document> = { ...(await whereIs(session)), cli: manifest.version, ...deployed };
    return { document: told, text: () => show(told) };
  },
};

function show({ stack, region, cli, version: deployed, policyDigest }: Told<typeof document>): string {
  const differs =
    cli === deployed ? '' : 'They differ: deploy the stack from this checkout, or use the ckpt of the stack.\n';
  return `ckpt ${cli}\n${stack} in ${region}: ${deployed}, policy ${policyDigest.slice(0, 12)}\n${differs}`;
}
