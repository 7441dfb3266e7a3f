import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SettingsError } from '../../lambdas/core/errors.ts';
import { loadPolicy } from '../../lambdas/shared/runtime/policy.ts';
import { aPolicy } from '../core/policy/builders.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'policy-'));
});
afterEach(() => rm(directory, { recursive: true }));

const load = () => loadPolicy(pathToFileURL(`${directory}/`));

async function loadText(text: string) {
  await writeFile(join(directory, 'policy.json'), text);
  return load();
}

describe('the policy that was deployed with the code', () => {
  it('is read from beside it', async () => {
    expect(await loadText(JSON.stringify(aPolicy()))).toEqual(aPolicy());
  });

  it('that is not there is an error that says what to do, never an empty policy', () => {
    expect(load).toThrow(SettingsError);
    expect(load).toThrow(/policy\.json .* Deploy again/);
  });

  it.each(['', '{', 'null', '{}', '[]', JSON.stringify({ ...aPolicy(), rules: null })])(
    'that reads %j is one too',
    async (text) => {
      await expect(loadText(text)).rejects.toThrow(SettingsError);
      await expect(loadText(text)).rejects.toThrow(/Deploy again/);
    },
  );

  it('is looked for beside the code, unless told', () => {
    expect(() => loadPolicy()).toThrow(SettingsError);
  });
});
