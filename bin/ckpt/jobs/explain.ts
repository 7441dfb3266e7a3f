import { ask } from '../ask.ts';
import { CliError } from '../errors.ts';
import { readOtherPolicy } from '../other-policy.ts';
import { readTarget } from '../permissions/targets.ts';
import type { CliCommand } from '../session.ts';
import { type ExplainDocument, explainDocument } from './explain-document.ts';
import { showExplanation } from './explain-text.ts';

export const explain: CliCommand<{ readonly policy?: string }> = {
  document: explainDocument,
  define: (program) =>
    program
      .command('explain')
      .description('say of a job or checkpoint, rule by rule, why it is shared with whom, and why not')
      .argument('<target>', 'ftjob-… or ft:…')
      .option('--policy <file>', 'by the policy in this file, as if it were deployed; - for standard input'),

  async run(session, { policy: file }, [word = '']) {
    const what = readWhat(word);
    const other = file === undefined ? {} : { policy: await readOtherPolicy(session, file) };
    const made = await ask(session, { command: 'explain', what, ...other }, { saying: 'Reading the ledger …' });
    const told: ExplainDocument = { ...made, policy: { ...made.policy, file: file ?? null } };
    return { document: told, text: () => showExplanation(told, session.paint, session.terminal.columns) };
  },
};

function readWhat(word: string): string {
  const target = readTarget(word);
  if (target.kind === 'job') return target.jobId;
  if (target.kind === 'checkpoint') return target.checkpoint;
  throw new CliError({
    name: 'TargetError',
    message: `"${word}" is neither a job nor a checkpoint.`,
    next: 'Name a job (ftjob-…) or a model id (ft:…): "ckpt show" tells which checkpoint a permission is for.',
  });
}
