import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJobApis } from '../../../lambdas/adapters/openai/source-apis.ts';
import {
  BadCredentialsError,
  NotFoundError,
  SecretUnusableError,
  SettingsError,
} from '../../../lambdas/core/errors.ts';
import type { Secrets } from '../../../lambdas/core/ports/secrets.ts';
import { type FakeOpenAI, startFakeOpenAI } from '../../fake-openai/fake-openai.ts';

let fake: FakeOpenAI;
let values: Map<string, string>;
beforeEach(async () => {
  fake = await startFakeOpenAI();
  values = new Map(['one', 'two'].map((name) => [`arn:${name}`, fake.addProject({ id: `proj_${name}` }).apiKey]));
});
afterEach(() => fake.close());

const secrets: Secrets = {
  async current(secretId) {
    const value = values.get(secretId);
    if (value === undefined) throw new SecretUnusableError(secretId, 'is empty');
    return value;
  },
  currentAndPrevious: async () => expect.unreachable('a project key has no use for its previous value'),
};

function create(baseUrl = fake.url) {
  const keys = new Map(['one', 'two', 'three'].map((source) => [source, `arn:${source}`]));
  return createJobApis({ baseUrl, keys, secrets, tokens: new Map(), clock: Date.now });
}

describe('the jobs of several sources', () => {
  it('are read each with its own key', async () => {
    const jobs = ['one', 'two'].map((source) => fake.addJob({ projectId: `proj_${source}` }).id);
    const jobsOf = create();
    const listed = await Promise.all(['one', 'two'].map((source) => jobsOf(source)?.listJobs(null)));
    expect(listed.map((page) => page?.jobs.map(({ jobId }) => jobId))).toEqual(jobs.map((id) => [id]));
    await expect(jobsOf('one')?.getJob(jobs[1] ?? '')).rejects.toBeInstanceOf(NotFoundError);
  });

  it('take a new key at the next call', async () => {
    const [value = ''] = values.values();
    fake.revokeKey(value);
    const one = create()('one');
    await expect(one?.listJobs(null)).rejects.toBeInstanceOf(BadCredentialsError);
    values.set('arn:one', fake.addProjectKey('proj_one').value);
    expect(await one?.listJobs(null)).toEqual({ jobs: [], next: null });
  });

  it('read a key again at once, and once, that OpenAI refuses: should there be another one, the call goes through', async () => {
    const [old = ''] = values.values();
    const reads: boolean[] = [];
    const cached: Secrets = {
      ...secrets,
      async current(secretId, { fresh = false } = {}) {
        reads.push(fresh);
        return fresh ? secrets.current(secretId) : old;
      },
    };
    const keys = new Map([['one', 'arn:one']]);
    const one = createJobApis({ baseUrl: fake.url, keys, secrets: cached, tokens: new Map(), clock: Date.now })('one');
    fake.revokeKey(old);
    await expect(one?.listJobs(null)).rejects.toBeInstanceOf(BadCredentialsError);
    expect(reads.splice(0)).toEqual([false, true]);
    expect(fake.calls.count({ endpoint: 'jobs.list' })).toBe(1);
    values.set('arn:one', fake.addProjectKey('proj_one').value);
    expect(await one?.listJobs(null)).toEqual({ jobs: [], next: null });
    expect(reads.splice(0)).toEqual([false, true]);
    values.delete('arn:one');
    await expect(one?.listJobs(null), 'what OpenAI says counts').rejects.toBeInstanceOf(BadCredentialsError);
  });

  it('fail alone where a key is not there', async () => {
    const jobsOf = create();
    await expect(jobsOf('three')?.listJobs(null)).rejects.toBeInstanceOf(SecretUnusableError);
    expect(await jobsOf('two')?.listJobs(null)).toEqual({ jobs: [], next: null });
  });

  it('are undefined for a source that has no key', () => {
    expect(create()('nobody')).toBeUndefined();
  });

  it('are refused at once where keys would travel in the clear', () => {
    expect(() => create('http://gateway.example/v1')).toThrow(SettingsError);
  });
});
