import { checkPolicy, formatMistakes, formatWarnings, type Mistake } from '../../lambdas/core/policy/parse.ts';
import { policyDigest } from '../../lambdas/core/policy/policy.ts';
import { compareWithDeployed, type DeployedPolicy, showDeployed } from './deployed-policy.ts';
import { group } from './group.ts';
import { oneLine } from './one-line.ts';
import { type PolicySummary, summarizePolicy } from './policy-summary.ts';
import { showPolicySummary } from './policy-summary-text.ts';
import { inputName, readInput } from './read-input.ts';
import type { Answer, CliCommand, Session } from './session.ts';

/** What `ckpt config check --json` prints. */
export type ConfigDocument = ValidConfig | InvalidConfig;

interface ValidConfig {
  readonly valid: true;
  /** As it was named; `-` for standard input. */
  readonly file: string;
  readonly mistakes: readonly [];
  /** No mistakes, and probably not meant. */
  readonly warnings: readonly Mistake[];
  /** SHA-256, hex, of what decides who gets and who keeps what. */
  readonly digest: string;
  readonly summary: PolicySummary;
  /** With `--deployed` only. */
  readonly deployed?: DeployedPolicy;
}

interface InvalidConfig {
  readonly valid: false;
  readonly file: string;
  readonly mistakes: readonly Mistake[];
  readonly warnings: readonly Mistake[];
  readonly digest: null;
  readonly summary: null;
}

const DEFAULT_FILE = 'sharing.yaml';

export const configCheck: CliCommand<{ readonly deployed?: true }> = {
  define: (program) =>
    group(program, 'config', 'look at policy files')
      .command('check')
      .description('check a policy file, and say what it amounts to; exit code 1 if it has mistakes')
      .argument('[file]', '- for standard input', DEFAULT_FILE)
      .option('--deployed', 'also ask the stack whether this is the policy it follows; exit code 1 if it is another')
      .addHelpText('after', '\nWithout --deployed nothing is asked of AWS.'),

  async run(session, { deployed }, [file = DEFAULT_FILE]): Promise<Answer> {
    const parsed = checkPolicy(await readInput(file, nextFor(file)));
    if ('mistakes' in parsed) return withMistakes(session, file, parsed);
    const digest = policyDigest(parsed.policy);
    const document: ConfigDocument = {
      valid: true,
      file,
      mistakes: [],
      warnings: parsed.warnings,
      digest,
      summary: summarizePolicy(parsed.policy),
      ...(deployed && { deployed: await compareWithDeployed(session, digest) }),
    };
    return { document, text: () => showValid(session, document), exitCode: document.deployed?.same === false ? 1 : 0 };
  },
};

function nextFor(file: string): string {
  return file === DEFAULT_FILE
    ? `Copy sharing.example.yaml to ${file} and put your projects in, or name another file.`
    : 'Name a policy file; sharing.example.yaml shows how it looks.';
}

function withMistakes(
  { terminal }: Session,
  file: string,
  { mistakes, warnings }: Pick<InvalidConfig, 'mistakes' | 'warnings'>,
): Answer {
  const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
  terminal.err(`ckpt: ${oneLine(`${inputName(file)} has ${count}. Mend what is listed, then check again.`)}\n`);
  const document: ConfigDocument = { valid: false, file, mistakes, warnings, digest: null, summary: null };
  return { document, text: () => `${formatMistakes(mistakes, file)}\n${showWarnings(warnings, file)}`, exitCode: 1 };
}

function showWarnings(warnings: readonly Mistake[], file: string): string {
  return warnings.length === 0 ? '' : `${formatWarnings(warnings, file)}\n`;
}

function showValid({ paint, terminal }: Session, document: ValidConfig): string {
  const { file, warnings, digest, summary, deployed } = document;
  const heading = `${paint('bold', inputName(file))} is valid, policy ${digest.slice(0, 12)}\n`;
  const end = deployed ? `\n${paint('bold', 'Deployed')}\n${showDeployed(deployed, paint)}` : '';
  return `${heading}${showWarnings(warnings, file)}\n${showPolicySummary(summary, paint, terminal.columns)}${end}`;
}
