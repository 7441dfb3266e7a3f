import { z } from 'zod';
import { finding } from '../../lambdas/shared/contract/doctor.ts';
import type { Finding } from '../../lambdas/shared/contract/operator.ts';
import { isoTime } from '../../lambdas/shared/contract/parts.ts';
import manifest from '../../package.json' with { type: 'json' };
import { type Patience, timeoutOption } from './ask.ts';
import { askDoctor } from './doctor/ask-doctor.ts';
import { checkPolicyFile } from './doctor/policy-file.ts';
import { showFindings } from './doctor/text.ts';
import { checkClock, checkVersion } from './doctor/this-machine.ts';
import { testWebhooks } from './doctor/webhook-test.ts';
import type { Answer, CliCommand } from './session.ts';
import { showTime } from './times.ts';

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
        .addHelpText('after', '\nTakes up to four admin calls. Nothing is changed. Exit code 1 if anything is bad.'),
    ),

  async run(session, { config, webhookTest, timeout }): Promise<Answer> {
    const { stack, operator, terminal, paint } = session;
    if (terminal.watched) terminal.err('Checking …\n');
    const asked = await askDoctor(session, timeout);
    const { at, version, policyDigest } = asked.checked;
    const findings: readonly Finding[] = [
      ...asked.checked.findings,
      ...(webhookTest ? await testWebhooks(session, asked.checked.findings) : []),
      checkVersion(version, manifest.version),
      checkClock(asked),
      ...(await checkPolicyFile(config, policyDigest)),
    ];
    const ok = findings.every(({ state }) => state !== 'bad');
    const heading = `${paint('bold', stack)} in ${await operator.region()}, ${showTime(at)}, version ${version}\n`;
    return {
      document: { at, version, ok, findings },
      text: () => `${heading}\n${showFindings(findings, paint)}`,
      exitCode: ok ? 0 : 1,
    };
  },
};
