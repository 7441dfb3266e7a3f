import { afterEach, describe, expect, it } from 'vitest';
import { type Stages, startSecretStore } from './secret-store.ts';

const MINUTE_MS = 60_000;

let store: Awaited<ReturnType<typeof startSecretStore>>;
afterEach(() => store.close());

async function start(stages: Stages) {
  store = await startSecretStore(stages);
  return store;
}

describe('current', () => {
  it('asks for the current stage and trims the value', async () => {
    const { secrets, calls } = await start({ AWSCURRENT: ' sk-admin-1\n' });
    expect(await secrets.current('webhook')).toBe('sk-admin-1');
    expect(calls.map(({ body }) => body)).toEqual([{ SecretId: 'webhook', VersionStage: 'AWSCURRENT' }]);
  });

  it('serves the value for five minutes, then reads it again', async () => {
    const { secrets, clock, stages, reads } = await start({ AWSCURRENT: 'old' });
    await secrets.current('webhook');
    stages.AWSCURRENT = 'new';
    clock.ms += 5 * MINUTE_MS - 1;
    expect(await secrets.current('webhook')).toBe('old');
    expect(reads()).toEqual(['AWSCURRENT']);
    clock.ms += 1;
    expect(await secrets.current('webhook')).toBe('new');
    expect(reads()).toEqual(['AWSCURRENT']);
  });

  it('goes past the cache when it is to be fresh, and the cache learns from it', async () => {
    const { secrets, stages, reads } = await start({ AWSCURRENT: 'old' });
    await secrets.current('webhook');
    stages.AWSCURRENT = 'new';
    expect(await secrets.current('webhook', { fresh: true })).toBe('new');
    expect(await secrets.current('webhook')).toBe('new');
    expect(reads()).toHaveLength(2);
  });

  it('is read once for all who ask at the same time', async () => {
    const { secrets, reads } = await start({ AWSCURRENT: 'one' });
    const values = await Promise.all(Array.from({ length: 20 }, () => secrets.current('webhook')));
    expect(new Set(values)).toEqual(new Set(['one']));
    expect(reads()).toEqual(['AWSCURRENT']);
  });
});

describe('changedAt', () => {
  it('tells when the current value was put in, past the cache; null where nobody tells', async () => {
    const at = (seconds: number) => ({ status: 200, body: { SecretString: 'x', CreatedDate: seconds } });
    const { secrets, stages } = await start({ AWSCURRENT: at(1_795_000_000) });
    expect(await secrets.changedAt('webhook')).toBe(1_795_000_000_000);
    stages.AWSCURRENT = at(1_795_000_060.5);
    expect(await secrets.changedAt('webhook')).toBe(1_795_000_060_500);
    stages.AWSCURRENT = 'undated';
    expect(await secrets.changedAt('webhook')).toBeNull();
  });
});

describe('currentAndPrevious', () => {
  it('gives both, current first, and caches them together', async () => {
    const { secrets, reads } = await start({ AWSCURRENT: 'new', AWSPREVIOUS: ' old ' });
    expect(await secrets.currentAndPrevious('webhook')).toEqual(['new', 'old']);
    expect(await secrets.currentAndPrevious('webhook')).toEqual(['new', 'old']);
    expect(reads().sort()).toEqual(['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS']);
  });

  it('gives the current one alone where there is no previous, or a blank or binary one', async () => {
    const { secrets, stages } = await start({ AWSCURRENT: 'only' });
    expect(await secrets.currentAndPrevious('webhook')).toEqual(['only']);
    stages.AWSPREVIOUS = '  ';
    expect(await secrets.currentAndPrevious('webhook', { fresh: true })).toEqual(['only']);
    stages.AWSPREVIOUS = { status: 200, body: { SecretBinary: 'c2VjcmV0' } };
    expect(await secrets.currentAndPrevious('webhook', { fresh: true })).toEqual(['only']);
  });

  it('sees a rotation at once when it is to be fresh', async () => {
    const { secrets, stages } = await start({ AWSCURRENT: 'first' });
    await secrets.currentAndPrevious('webhook');
    stages.AWSPREVIOUS = 'first';
    stages.AWSCURRENT = 'second';
    expect(await secrets.currentAndPrevious('webhook')).toEqual(['first']);
    expect(await secrets.currentAndPrevious('webhook', { fresh: true })).toEqual(['second', 'first']);
    expect(await secrets.currentAndPrevious('webhook')).toEqual(['second', 'first']);
  });

  it('gives the pending one third, unless a rotation has made it the current one', async () => {
    const { secrets, stages } = await start({ AWSCURRENT: 'first', AWSPENDING: 'second' });
    expect(await secrets.currentAndPrevious('webhook')).toEqual(['first', '', 'second']);
    stages.AWSPREVIOUS = 'zeroth';
    expect(await secrets.currentAndPrevious('webhook', { fresh: true })).toEqual(['first', 'zeroth', 'second']);
    Object.assign(stages, { AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
    expect(await secrets.currentAndPrevious('webhook', { fresh: true })).toEqual(['second', 'first']);
  });

  it('does not take a previous value that cannot be read for one that is not there', async () => {
    const { secrets } = await start({ AWSCURRENT: 'new', AWSPREVIOUS: { status: 500, body: {} } });
    await expect(secrets.currentAndPrevious('webhook')).rejects.toThrow(/could not be read/);
  });
});
