import { Argument, Command, Option } from 'commander';
import { suggest } from '../../../bin/ckpt/completion/suggest.ts';

/** Text that means something to every shell, in the places where people write it. */
export const SPECIAL = `what's "this": \`touch owned\` $(touch owned) (touch owned) $HOME \\ * ? [x] {a,b} ~ ; & | < > # !x %`;

/** A program in which everything is there that completion has to know. */
export function aProgram(): Command {
  const program = new Command('ckpt')
    .version('1.0.0')
    .option('--stack <name>', 'the stack')
    .option('--json', 'one document')
    .addOption(new Option('--secret <word>', 'not to be seen').hideHelp());
  program
    .command('list')
    .description('list what is there')
    .addOption(suggest(new Option('-s, --state <state>', 'only these'), ['active', 'revoked', 'revoking']))
    .addOption(new Option('--sort <column>', 'in this order').choices(['shared', 'shared:desc', 'state']))
    .addOption(suggest(new Option('--columns <names>', 'show these'), ['project', 'state', 'source'], { commas: true }))
    .option('--rule <name>', SPECIAL)
    .option('--wait', 'until it is there');
  program
    .command('apply')
    .alias('run')
    .description(SPECIAL)
    .argument('[plan-file]', 'a plan')
    .option('--out <file>', 'written to it')
    .option('--into <folder>', 'written there')
    .option('--wait <for>', 'so long');
  program
    .command('share')
    .description('share it')
    .argument('<target>', 'a checkpoint')
    .addArgument(new Argument('[how...]').choices(['fast', 'slow']))
    .addOption(suggest(new Option('--to <project...>', 'with these'), ['prod-eu', 'prod-us']))
    .addOption(new Option('--drift [what]', 'when it is gone').choices(['repair', 'report']));
  const webhook = program.command('webhook').alias('hook').description('webhooks of a source');
  webhook
    .command('send')
    .description('send an event')
    .argument('<job>')
    .addOption(new Option('--type <event>', 'of this type').choices(['succeeded', 'failed']));
  webhook.command('verify').description('verify an event').option('--rule <name...>', 'of these rules');
  program.command('internal', { hidden: true });
  return program;
}
