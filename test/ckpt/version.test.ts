import { describe, expect, it } from 'vitest';
import { version } from '../../bin/ckpt/system/version.ts';
import { policyDigest } from '../../lambdas/core/policy/policy.ts';
import manifest from '../../package.json' with { type: 'json' };
import { aPolicy } from '../core/policy/builders.ts';
import { expectDocument } from './published-schema.ts';
import { openTestSession } from './session.ts';

const policy = aPolicy();

async function ask(deployed: string) {
  const { session } = openTestSession({ policy, version: deployed });
  const answer = await version.run(session, {}, []);
  expectDocument('version', answer.document);
  return answer;
}

describe('ckpt version', () => {
  it('shows what runs here, and what is deployed', async () => {
    const { document, text } = await ask(manifest.version);
    const digest = policyDigest(policy);
    expect(document).toEqual({
      stack: 'CheckpointSharing',
      region: 'eu-west-1',
      cli: manifest.version,
      version: manifest.version,
      policyDigest: digest,
    });
    expect(text()).toBe(
      `ckpt ${manifest.version}\nCheckpointSharing in eu-west-1: ${manifest.version}, policy ${digest.slice(0, 12)}\n`,
    );
  });

  it('says what to do where they differ', async () => {
    expect((await ask('0.0.1')).text()).toContain('They differ: deploy the stack');
  });
});
