import { z } from 'zod';
import { checkPolicy, formatMistakes, formatWarnings, type Mistake } from '../../../lambdas/core/policy/parse.ts';
import { policyDigest } from '../../../lambdas/core/policy/policy.ts';
import { count, sha256, type Told, where } from '../../../lambdas/shared/contract/parts.ts';
import { ask } from '../ask.ts';
import { group } from '../options.ts';
import { inputName, readInput } from '../read-input.ts';
import type { Answer, CliCommand } from '../session.ts';
import { type Session, whereIs } from '../session.ts';
import type { Paint } from '../text/paint.ts';
import { oneLine } from '../text/paint.ts';
import { policySummary, summarizePolicy } from './policy-summary.ts';
import { showPolicySummary } from './policy-summary-text.ts';

const file = z.string().describe('The policy file, as it was named; - for standard input.');

const mistake = z.strictObject({
  line: count.describe('Counted from 1.'),
  column: count.describe('Counted from 1.'),
  path: z.string().describe('As in rules[0].match.suffix; empty for the file as a whole.'),
  message: z.string().describe('What to write instead. Never repeats a value of the file.'),
});

const warnings = z
  .array(mistake)
  .describe('What is no mistake and probably not meant, in the order of the file. Deployed all the same.');

/** The policy that a stack follows, beside one that was read here. */
export const deployedPolicy = z.strictObject({
  ...where,
  digest: sha256.describe('SHA-256, hex, of what the policy of the stack decides.'),
  same: z.boolean().describe('Whether both decide the same.'),
});
export type DeployedPolicy = Told<typeof deployedPolicy>;

const document = z
  .discriminatedUnion('valid', [
    z
      .strictObject({
        valid: z.literal(true).describe('Whether the file has no mistakes.'),
        file,
        mistakes: z.tuple([]).describe('None.'),
        warnings,
        digest: sha256.describe('SHA-256, hex, of what decides who gets and who keeps what.'),
        summary: policySummary,
        deployed: deployedPolicy.exactOptional().describe('With --deployed only: the policy that the stack follows.'),
      })
      .describe('A file without mistakes.'),
    z
      .strictObject({
        valid: z.literal(false).describe('Whether the file has no mistakes.'),
        file,
        mistakes: z.array(mistake).describe('All of them, in the order of the file.'),
        warnings,
        digest: z.null().describe('Not known.'),
        summary: z.null().describe('Not known.'),
      })
      .describe('A file with mistakes.'),
  ])
  .describe('What a policy file amounts to, or the mistakes in it.');
export type ConfigDocument = Told<typeof document>;
type ValidConfig = Extract<ConfigDocument, { readonly valid: true }>;

const DEFAULT_FILE = 'sharing.yaml';

export const configCheck: CliCommand<{ readonly deployed?: true }> = {
  document,
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
    const checked: ValidConfig = {
      valid: true,
      file,
      mistakes: [],
      warnings: parsed.warnings,
      digest,
      summary: summarizePolicy(parsed.policy),
      ...(deployed && { deployed: await compareWithDeployed(session, digest) }),
    };
    return {
      document: checked,
      text: () => showValid(session, checked),
      exitCode: checked.deployed?.same === false ? 1 : 0,
    };
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
  { mistakes, warnings }: Pick<ConfigDocument, 'mistakes' | 'warnings'>,
): Answer {
  const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
  terminal.err(`ckpt: ${oneLine(`${inputName(file)} has ${count}. Mend what is listed, then check again.`)}\n`);
  const checked: ConfigDocument = { valid: false, file, mistakes, warnings, digest: null, summary: null };
  return {
    document: checked,
    text: () => `${formatMistakes(mistakes, file)}\n${showWarnings(warnings, file)}`,
    exitCode: 1,
  };
}

function showWarnings(warnings: readonly Mistake[], file: string): string {
  return warnings.length === 0 ? '' : `${formatWarnings(warnings, file)}\n`;
}

function showValid({ paint, terminal }: Session, checked: ValidConfig): string {
  const { file, warnings, digest, summary, deployed } = checked;
  const heading = `${paint('bold', inputName(file))} is valid, policy ${digest.slice(0, 12)}\n`;
  const end = deployed ? `\n${paint('bold', 'Deployed')}\n${showDeployed(deployed, paint)}` : '';
  return `${heading}${showWarnings(warnings, file)}\n${showPolicySummary(summary, paint, terminal.columns)}${end}`;
}

/** Asks the stack; throws `CliError`. */
export async function compareWithDeployed(session: Session, digest: string): Promise<DeployedPolicy> {
  const status = await ask(session, { command: 'status' }, { saying: 'Asking for the deployed policy …' });
  return { ...(await whereIs(session)), digest: status.policyDigest, same: status.policyDigest === digest };
}

export function showDeployed({ stack, region, digest, same }: DeployedPolicy, paint: Paint): string {
  if (same) return `${stack} in ${region} shares by these rules and pins; other settings were not compared\n`;
  const found = paint('red', `${stack} in ${region} shares by another policy, ${digest.slice(0, 12)}`);
  return `${found}: deploy this one, or check whether this is the stack and the file that you mean\n`;
}
