import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { DeployError } from '../../lib/read-policy.ts';
import { readSettings } from '../../lib/settings.ts';
import { POLICY } from './synthesize.ts';

const root = mkdtempSync(join(tmpdir(), 'sharing-settings-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
writeFileSync(join(root, 'good.yaml'), POLICY);
writeFileSync(join(root, 'bad.yaml'), 'version: 2\nprojects: {}\nrulez: []\n');

const read = (context: Record<string, unknown>) => readSettings((name) => context[name], root);

function messageOf(context: Record<string, unknown>): string {
  try {
    read(context);
  } catch (error) {
    expect((error as Error).name).toBe('DeployError');
    return (error as DeployError).message;
  }
  throw new Error('These settings were taken');
}

describe('readSettings', () => {
  it('has a default for everything but the policy', () => {
    expect(read({ config: 'good.yaml' })).toEqual({
      policyFile: join(root, 'good.yaml'),
      stackName: 'CheckpointSharing',
      synthesizer: 'default',
      ledgerTable: null,
      pacerTable: null,
      retain: true,
      rotationSchedules: true,
      alarmTopic: null,
      eventBus: null,
    });
  });

  it('takes what the context says', () => {
    const alarmTopic = 'arn:aws:sns:eu-central-1:111122223333:alarms';
    const tables = { ledgerTable: 'Old-Table', pacerTable: 'Other-Table' };
    const context = { stackName: 'Mine', synthesizer: 'cli-credentials', ...tables, retain: 'false' };
    const rotationSchedules = 'false';
    const eventBus = 'company-events';
    expect(
      read({ config: join(root, 'good.yaml'), ...context, rotationSchedules, alarmTopic, eventBus }),
    ).toMatchObject({
      ...context,
      retain: false,
      rotationSchedules: false,
      alarmTopic,
      eventBus,
    });
  });

  it('takes a boolean of cdk.json as it takes the text of the command line', () => {
    expect(read({ config: 'good.yaml', retain: false }).retain).toBe(false);
  });

  it('says what to do when there is no policy file yet', () => {
    expect(messageOf({})).toBe(
      'There is no policy file sharing.yaml: copy sharing.example.yaml to sharing.yaml and put your projects in, or name another with -c config=PATH.',
    );
    expect(messageOf({ config: 'elsewhere.yaml' })).toMatch(
      /^There is no policy file elsewhere\.yaml: .*sharing\.example\.yaml/,
    );
    expect(messageOf({ config: '' })).toBe('-c config=: must be the path of a policy file, or left out');
    expect(messageOf({ config: '.' })).toBe('The policy file . cannot be read (EISDIR).');
  });

  it('reports every mistake at once, those of the context and those of the policy', () => {
    const tables = { ledgerTable: 'a', pacerTable: 'a b' };
    const context = {
      stackName: '1st',
      synthesizer: 'legacy',
      ...tables,
      retain: 'no',
      alarmTopic: 'alarms',
      eventBus: 'a b',
    };
    const lines = messageOf({ config: 'bad.yaml', ...context }).split('\n');
    for (const [name, value] of Object.entries(context)) {
      expect(lines).toContainEqual(expect.stringContaining(`-c ${name}=${value}: must be `));
    }
    expect(lines.filter((line) => line.startsWith('bad.yaml:')).length).toBeGreaterThanOrEqual(2);
  });

  it('tells the place of a rotation that Secrets Manager cannot be driven at, unless it is not to drive any', () => {
    writeFileSync(join(root, 'often.yaml'), `${POLICY}rotation: { adminKey: 3 hours }\n`);
    const line = POLICY.split('\n').length;
    expect(messageOf({ config: 'often.yaml' })).toMatch(
      new RegExp(`^often\\.yaml:${line}:23 rotation\\.adminKey: Secrets Manager rotates by the hour`),
    );
    expect(read({ config: 'often.yaml', rotationSchedules: 'false' }).rotationSchedules).toBe(false);
  });

  it('refuses a stack name that leaves no room for the operator function beside it', () => {
    expect(read({ config: 'good.yaml', stackName: 'a'.repeat(55) }).stackName).toHaveLength(55);
    expect(messageOf({ config: 'good.yaml', stackName: 'a'.repeat(56) })).toContain('up to 54');
  });
});

it('a broken policy ends the synth with its mistakes, without a stack trace', () => {
  const app = join(import.meta.dirname, '..', '..', 'bin', 'app.ts');
  const context = JSON.stringify({ config: join(root, 'bad.yaml') });
  const { status, stderr } = spawnSync(process.execPath, [app], {
    env: { ...process.env, CDK_CONTEXT_JSON: context, CDK_OUTDIR: join(root, 'out') },
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr.trim().split('\n')).toEqual(messageOf({ config: join(root, 'bad.yaml') }).split('\n'));
});
