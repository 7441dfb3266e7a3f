import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTerraformState } from '../../../bin/ckpt/terraform/read-state.ts';
import { aResource, aShown, aShowOutput, aStateFile, CANARY } from './states.ts';

const TEXT = aStateFile([aResource()]);
const PRETTY = JSON.stringify(JSON.parse(TEXT), null, 2);
const COMMAND = '[command]/home/runner/_temp/1b2c/terraform-bin state pull\n';

/** As a runner writes what a command to it holds. */
const escaped = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const perLine = (text: string, prefix: string) => text.replaceAll(/^(?=.)/gm, prefix);
const crlf = (text: string) => text.replaceAll('\n', '\r\n');

const count = (text: string) => readTerraformState(text).permissions.length;

describe('a state among other text is read', () => {
  it.each([
    [
      'from the wrapper, with all it says behind',
      `${COMMAND}${PRETTY}\n\n::debug::Terraform exited with code 0.\n::debug::stdout: ${escaped(PRETTY)}\n::debug::stderr: \n::debug::exitcode: 0\n::set-output name=stdout::${escaped(PRETTY)}\n`,
    ],
    ['with an error on its last line', `${COMMAND}${PRETTY}::error::Terraform exited with code 1.\n`],
    ['with a warning and its place there', `${TEXT}::warning file=main.tf,line=1::hunter2-canary\n`],
    ['from set-output alone', `::set-output name=stdout::${escaped(PRETTY)}\n::set-output name=exitcode::0\n`],
    ['from debug lines alone', `::debug::stdout: ${escaped(PRETTY)}\n::debug::exitcode: 0\n`],
    ['from the debug lines of a log', perLine(`stdout: ${PRETTY}\nexitcode: 0`, '##[debug]')],
    ['behind stdout=', `stdout=${TEXT}\nexitcode=0\n`],
    ['behind stdout: over several lines', `stdout: ${PRETTY}\nstderr: \nexitcode: 0\n`],
    ['in quotes behind stdout=', `stdout='${PRETTY}'\n`],
    ['from an output file', `stdout<<ghadelimiter_1\n${PRETTY}\nghadelimiter_1\n`],
    [
      'from gh run view --log',
      perLine(
        `${COMMAND}${PRETTY}\n::debug::exitcode: 0\n`,
        'plan\tRun terraform state pull\t2026-11-20T12:00:00.1234567Z ',
      ),
    ],
    [
      'from the same with a byte order mark',
      `plan\tUNKNOWN STEP\t\uFEFF${perLine(`Run it\nshell: /usr/bin/bash -e {0}\n${PRETTY}`, 'plan\tUNKNOWN STEP\t2026-11-20T12:00:00.1234567Z ')}`,
    ],
    ['from gh run view with no time', perLine(PRETTY, 'plan\tRun terraform\t')],
    [
      'from the log of a job',
      `\uFEFF${perLine(`##[group]Run terraform\n  env: { "a": 1 }\n##[endgroup]\n${crlf(PRETTY)}\n##[error]x\n`, '2026-11-20T12:00:00.0000000Z ')}`,
    ],
    ['from the log of GitLab', perLine(PRETTY, '2026-11-20T12:00:00.000000Z 00O ')],
    ['from the log of Jenkins', perLine(PRETTY, '[2026-11-20T12:00:00.000Z] ')],
    ['from the log of Terragrunt', perLine(PRETTY, '14:38:44.123 STDOUT [live/prod] terraform: ')],
    ['from an older one', `time=2026-11-20T12:00:00Z level=info msg=x {\n${perLine(PRETTY, '[live/prod] ')}\n`],
    ['from the log of CircleCI', perLine(PRETTY, '[12:00:00] ')],
    ['from one with times of its own', perLine(PRETTY, '2026-11-20 12:00:00,123 INFO  ')],
    ['from one with an offset', perLine(PRETTY, '2026-11-20T12:00:00.123+01:00 ')],
    ['from ts', perLine(PRETTY, 'Nov 20 12:00:00 ').replace('12:00:00 {', '12:00:00  {')],
    [
      'from Docker Compose',
      `Attaching to terraform-1\n${perLine(PRETTY, 'terraform-1  | ')}\nterraform-1 exited with code 0\n`,
    ],
    ['in colours', `\u001b[1m\u001b[32m${PRETTY.replaceAll('"', '\u001b[0m"\u001b[38;5;4m')}\u001b[0m\n`],
    ['between the titles of a terminal', `\u001b]0;terraform\u0007${TEXT}\n`],
    [
      'with what Terraform says of its lock',
      `Acquiring state lock. This may take a few moments...\n${PRETTY}\nReleasing state lock. This may take a few moments...\n`,
    ],
    [
      'of terraform show -json, too',
      `${aShowOutput([aShown()])}\nReleasing state lock. This may take a few moments...\n`,
    ],
    ['with other objects beside it', `{"@level":"info"}\n{\n}\n${TEXT}\n{ echo "${CANARY}"; }\n`],
    ['as a text within JSON', JSON.stringify(PRETTY)],
    ['behind two byte order marks', `\uFEFF\uFEFF${PRETTY}`],
  ])('%s', (_, text) => {
    expect(count(text)).toBe(1);
    expect(count(crlf(text))).toBe(1);
  });

  it('whatever stands in the lines about it', () => {
    const line = fc.stringMatching(/^[ !#-z|~\t]{0,40}$/);
    const lines = fc.array(line, { maxLength: 5 }).map((all) => all.map((text) => `${text}\n`).join(''));
    fc.assert(fc.property(lines, lines, (before, behind) => count(`${before}${PRETTY}\n${behind}`) === 1));
  });
});

describe('what is not one whole state is not read', () => {
  it.each([
    ['two states', `a\n${TEXT}\n${PRETTY}\n`, /holds 2 states/],
    ['two behind other words', `a=${TEXT}\nb=${aStateFile([])}\n`, /holds 2 states/],
    ['half a state and a whole one', `${PRETTY.slice(0, -30)}\n${PRETTY}\n`, /is not JSON, or is cut off/],
    ['half a state behind other words', `stdout=${PRETTY.slice(0, -30)}`, /is not JSON, or is cut off/],
    [
      'a log of half a state',
      perLine(PRETTY.slice(0, -30), '2026-11-20T12:00:00.0000000Z '),
      /is not JSON, or is cut off/,
    ],
    [
      'half a state behind the prefix of a log',
      perLine(PRETTY.slice(0, -30), '[12:00:00] '),
      /is not JSON, or is cut off/,
    ],
    ['two behind one', perLine(`${PRETTY}\n${PRETTY}\n`, '[12:00:00] '), /holds 2 states/],
    ['a long line of something else', 'x'.repeat(2_000_000), /is not JSON, or is cut off/],
    ['very many open braces', '{"a":\n'.repeat(20_000), /is not JSON, or is cut off/],
  ])('%s', (_, text, message) => {
    expect(() => readTerraformState(text)).toThrow(message);
  });
});
