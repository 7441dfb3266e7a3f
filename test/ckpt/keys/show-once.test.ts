import { describe, expect, it } from 'vitest';
import { adminKeysCreate } from '../../../bin/ckpt/keys/admin-keys.ts';
import { projectKeysCreate } from '../../../bin/ckpt/keys/project-keys.ts';
import { type AwsCall, awsError, clientConfig, startAwsServer } from '../../adapters/secrets/aws-server.ts';
import { failure } from '../by-hand/scene.ts';
import { openKeys } from './scene.ts';

const DENIED = awsError('AccessDeniedException', 'User: arn:aws:iam::1:user/jo may not');

/** A person before a terminal, and the Secrets Manager that this person may read or not. */
async function openTerminal(mayRead: boolean) {
  const scene = await openKeys();
  const read = async ({ body }: AwsCall) => {
    const value = scene.keys.store.current(String(body.SecretId).replace(/^.*:secret:|-AbCdEf$/g, ''));
    return mayRead ? ({ status: 200, body: { SecretString: value } } as const) : DENIED;
  };
  const aws = await startAwsServer(read);
  const printed: string[] = [];
  const terminal = { ...scene.session.terminal, columns: 80, out: (text: string) => void printed.push(text) };
  const parts = { terminal, clientConfig: async () => clientConfig(aws.url) };
  return {
    ...scene,
    aws,
    printed,
    parts,
    async [Symbol.asyncDispose]() {
      await aws.close();
      await scene[Symbol.asyncDispose]();
    },
  };
}

describe('--show-once', () => {
  it('prints the value before somebody’s eyes, read from its secret with the rights of whoever asks', async () => {
    await using scene = await openTerminal(true);
    const args = ['ci'];
    const { document } = await scene.run(adminKeysCreate, 'admin-keys create', { showOnce: true }, args, scene.parts);
    const value = scene.keys.fake.keysOf(null).find(({ id }) => id === document.id)?.value;
    expect(scene.printed).toEqual([`${value}\n`]);
    expect(JSON.stringify(document)).not.toContain(value);
    expect(scene.aws.calls.map(({ operation, body }) => [operation, body.SecretId])).toEqual([
      ['secretsmanager.GetSecretValue', document.secret],
    ]);
  });

  it('says where the value is to whoever may not read it, and undoes nothing', async () => {
    await using scene = await openTerminal(false);
    const options = { project: 'research', serviceAccount: 'ci', showOnce: true } as const;
    const { document } = await scene.run(projectKeysCreate, 'project-keys create', options, [], scene.parts);
    expect(scene.printed).toEqual([]);
    expect(scene.said.join('')).toContain(`The value cannot be shown: `);
    expect(scene.said.join('')).toContain(`It is in ${document.secret}.`);
    expect(scene.keys.fake.keysOf('proj_RESEARCH').map(({ id }) => id)).toContain(document.id);
  });

  it('is refused with --json, before anything is made', async () => {
    await using scene = await openTerminal(true);
    const parts = { ...scene.parts, json: true };
    const asked = scene.run(adminKeysCreate, 'admin-keys create', { showOnce: true }, ['ci'], parts);
    expect(await failure(asked)).toMatchObject({ name: 'NoTerminalError' });
    expect(scene.keys.fake.calls.count()).toBe(0);
    expect(scene.aws.calls).toEqual([]);
  });
});
