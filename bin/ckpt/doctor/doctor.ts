import { z } from 'zod';
import { finding } from '../../../lambdas/shared/contract/doctor.ts';
import type { Finding } from '../../../lambdas/shared/contract/operator.ts';
import { isoTime } from '../../../lambdas/shared/contract/parts.ts';
import { type Patience, timeoutOption } from '../ask.ts';
import type { Answer, CliCommand } from '../session.ts';
import type { Paint, Style } from '../text/paint.ts';
import { oneLine } from '../text/paint.ts';
import { showTime } from '../text/times.ts';
import { checkUp } from './check-up.ts';
import { groupFindings } from './groups.ts';

interface DoctorOptions extends Patience {
  readonly config?: string;
  readonly webhookTest: boolean;
}

const document = z
  .strictObject({
    at: isoTime.describe("As of when, by the operator function's clock."),
    version: z.string().describe('Version of the deployed code.'),
    ok: z.boolean().describe('Whether nothing is bad.'),
    findings: z.array(finding).describe('What each check has found.'),
  })
  .describe('Everything that could be wrong with an installation, looked at.');

const HELP = `
Takes up to four admin calls, and two more for each source without a stored key. Nothing is changed. Exit
code 1 if anything is bad.`;

export const doctor: CliCommand<DoctorOptions> = {
  document,
  define: (program) =>
    timeoutOption(
      program
        .command('doctor')
        .description('look at everything that can be wrong with an installation, and say how to mend it')
        .option(
          '--config <file>',
          'policy file to hold against the deployed one (default: sharing.yaml, if it is there)',
        )
        .option('--no-webhook-test', 'do not deliver a harmless test event to each source')
        .addHelpText('after', HELP),
    ),

  async run(session, { config, webhookTest, timeout }): Promise<Answer> {
    const { stack, operator, terminal, paint } = session;
    if (terminal.watched) terminal.err('Checking …\n');
    const { at, version, ok, findings } = await checkUp(session, { config, webhookTest, timeout });
    const heading = `${paint('bold', stack)} in ${await operator.region()}, ${showTime(at)}, version ${version}\n`;
    return {
      document: { at, version, ok, findings },
      text: () => `${heading}\n${showFindings(findings, paint)}`,
      exitCode: ok ? 0 : 1,
    };
  },
};

const MARKS: Readonly<Record<Finding['state'], readonly [mark: string, style: Style]>> = {
  good: ['✓', 'green'],
  notice: ['!', 'yellow'],
  waiting: ['!', 'yellow'],
  bad: ['✗', 'red'],
};

/** The findings for people, those of one thing together, each with how to mend it below. */
export function showFindings(findings: readonly Finding[], paint: Paint): string {
  const groups = [...groupFindings(findings)].map(([title, group]) => {
    return `${paint('bold', title)}\n${group.map((finding) => showFinding(finding, paint)).join('')}`;
  });
  return `${groups.join('\n')}\n${showCounts(findings, paint)}\n`;
}

function showFinding({ state, message, mend }: Finding, paint: Paint): string {
  const [mark, style] = MARKS[state];
  const line = `  ${paint(style, mark)} ${oneLine(message)}\n`;
  return mend === null ? line : `${line}      ${oneLine(mend)}\n`;
}

function showCounts(findings: readonly Finding[], paint: Paint): string {
  const count = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length;
  const [bad, waiting] = [count('bad'), count('waiting')];
  const parts = [
    bad === 0 ? 'Nothing is bad' : paint('red', `${bad} bad`),
    `${count('notice')} to know of`,
    `${count('good')} good`,
    ...(waiting === 0 ? [] : [paint('yellow', `${waiting} could not be checked in time: see --timeout`)]),
  ];
  return `${parts.join(', ')}.`;
}
