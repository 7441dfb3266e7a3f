import { describe, expect, it } from 'vitest';
import { sharedSecrets } from '../../../../lambdas/use-cases/operate/doctor/secrets.ts';
import { aPolicy } from '../../../core/policy/builders.ts';
import { createInMemorySecrets, type StoredSecret } from '../../../in-memory/secrets.ts';
import { examine } from './examine.ts';

const source = { apiKeySecret: null, webhookSecret: null };
const policy = aPolicy([], {
  projects: [
    { alias: 'research', id: 'proj_R', source },
    { alias: 'lab', id: 'proj_L', source },
  ],
});
const secretIds = {
  adminKey: 'arn:admin',
  projectKeys: new Map([
    ['research', 'arn:research-key'],
    ['lab', 'arn:lab-key'],
  ]),
  webhookSecrets: new Map([
    ['research', 'arn:research-hook'],
    ['lab', 'arn:lab-hook'],
  ]),
};
const look = (stored: readonly (readonly [string, StoredSecret])[], ids = secretIds) =>
  examine({ policy, secretIds: ids, secrets: createInMemorySecrets(new Map(stored)) }, 'secrets');

describe('secrets', () => {
  it('are good where each key has its own', async () => {
    expect(
      await look([
        ['arn:research-key', 'sk-proj-1'],
        ['arn:lab-key', 'sk-proj-2'],
      ]),
    ).toMatchObject([{ state: 'good' }]);
    expect(sharedSecrets(secretIds)).toEqual([]);
  });

  it('that two keys are to be in are bad, whichever keys these are', () => {
    const shared = sharedSecrets({
      ...secretIds,
      adminKey: 'arn:lab-key',
      webhookSecrets: new Map([
        ['research', 'arn:hook'],
        ['lab', 'arn:hook'],
      ]),
    });
    expect(shared.map(({ message }) => message)).toEqual([
      'One secret is to hold the admin key and the project key of lab: arn:lab-key.',
      'One secret is to hold the webhook secret of research and the webhook secret of lab: arn:hook.',
    ]);
  });

  it('of two sources that hold the same key are bad, and the key is not repeated', async () => {
    const findings = await look([
      ['arn:research-key', 'sk-proj-CANARY'],
      ['arn:lab-key', 'sk-proj-CANARY'],
    ]);
    expect(findings).toMatchObject([
      { state: 'bad', message: expect.stringContaining('research and lab hold the same') },
    ]);
    expect(JSON.stringify(findings)).not.toContain('CANARY');
  });

  it('that cannot be read are left to the checks of these keys', async () => {
    expect(await look([])).toMatchObject([{ state: 'good' }]);
  });
});
