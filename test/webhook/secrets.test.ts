import { describe, expect, it } from 'vitest';
import { OWN_EVENT_PREFIX } from '../../lambdas/core/webhook/test-event.ts';
import { REREAD_EVERY_MS } from '../../lambdas/use-cases/authenticate-webhook.ts';
import { secretOf } from '../core/webhook/signing.ts';
import { forgersKey, key, makeEndpoint, nextKey } from './endpoint.ts';
import { JOB_EVENT } from './events.ts';

const MISTYPED = 'whsec_mis-typed';

describe('a secret that was rotated', () => {
  it('counts at once, though the old one is cached', async () => {
    const { deliver, state, reads } = makeEndpoint();
    await deliver();
    state.stored = [secretOf(nextKey), secretOf(key)];
    expect(await deliver(undefined, nextKey)).toMatchObject({ statusCode: 200 });
    expect(reads).toEqual(['cached', 'cached', 'fresh']);
  });

  it('leaves the previous one valid', async () => {
    const { deliver, state } = makeEndpoint();
    state.stored = [secretOf(nextKey), secretOf(key)];
    expect(await deliver(undefined, key)).toMatchObject({ statusCode: 200 });
  });

  it.each([[''], [secretOf(forgersKey)]])(
    'counts while it is only pending, as the present one does',
    async (previous) => {
      const { deliver, state, queued } = makeEndpoint();
      state.stored = [secretOf(key), previous, secretOf(nextKey)];
      for (const by of [key, nextKey]) expect(await deliver(undefined, by)).toMatchObject({ statusCode: 200 });
      expect(queued.map(({ signedBy }) => signedBy)).toEqual([undefined, undefined]);
    },
  );

  it('counts after half a minute at the latest when a forgery came just before it', async () => {
    const { deliver, state } = makeEndpoint();
    expect(await deliver(undefined, forgersKey)).toMatchObject({ statusCode: 401 });
    state.stored = [secretOf(nextKey)];
    expect(await deliver(undefined, nextKey)).toMatchObject({ statusCode: 401 });
    state.ms += REREAD_EVERY_MS;
    expect(await deliver(undefined, nextKey)).toMatchObject({ statusCode: 200 });
  });
});

describe('forgeries', () => {
  it('make the secret be read again only every half minute', async () => {
    const { deliver, state, reads } = makeEndpoint();
    for (let time = 0; time < 60; time++) {
      expect(await deliver(undefined, forgersKey)).toMatchObject({ statusCode: 401 });
      state.ms += 1000;
    }
    expect(reads.filter((read) => read === 'fresh')).toHaveLength(2);
  });
});

describe('a genuine event is kept at OpenAI, not refused,', () => {
  it.each<[string, readonly string[] | Error]>([
    ['cannot be read', new Error('AccessDeniedException')],
    ['holds malformed entries only', [`${MISTYPED} also-wrong`]],
    ['is malformed and the previous one is another', [MISTYPED, secretOf(nextKey)]],
    ['is not there', []],
  ])('while the secret %s', async (_, stored) => {
    const { deliver, state, queued, lines } = makeEndpoint();
    state.stored = stored;
    expect(await deliver()).toEqual({
      statusCode: 503,
      headers: { 'content-type': 'application/json' },
      body: '{"message":"Not ready, send it again later"}',
    });
    expect(queued).toEqual([]);
    expect(lines).toMatchObject([{ level: 'error', fields: { source: 'research', error: expect.any(Error) } }]);
    expect(JSON.stringify(lines)).not.toContain(MISTYPED);
  });

  it('while the secret cannot be read again, and it matches none that is known', async () => {
    const { deliver, state } = makeEndpoint();
    await deliver();
    state.stored = new Error('Secrets Manager is away');
    expect(await deliver(undefined, nextKey)).toMatchObject({ statusCode: 503 });
    expect(await deliver(undefined, key)).toMatchObject({ statusCode: 200 });
  });

  it('and accepted as soon as a mistyped secret is put right, though the mistyped one is cached', async () => {
    const { deliver, state } = makeEndpoint();
    state.stored = [MISTYPED];
    expect(await deliver()).toMatchObject({ statusCode: 503 });
    state.stored = [secretOf(key), MISTYPED];
    state.ms += REREAD_EVERY_MS;
    expect(await deliver()).toMatchObject({ statusCode: 200 });
  });

  it('and accepted by the previous secret while the current one is mistyped', async () => {
    const { deliver, state } = makeEndpoint();
    state.stored = [MISTYPED, secretOf(key)];
    expect(await deliver()).toMatchObject({ statusCode: 200 });
  });
});

describe('a secret that anybody can guess', () => {
  const guessed = Buffer.from('changeme', 'base64');

  it('verifies nothing: OpenAI keeps the event, and the log names what is there', async () => {
    const { deliver, state, queued, lines } = makeEndpoint();
    state.stored = ['whsec_changeme'];
    expect(await deliver(undefined, guessed)).toMatchObject({ statusCode: 503 });
    expect(queued).toEqual([]);
    expect(String(lines[0]?.fields.error)).toMatch(/arn:webhook holds a webhook secret of 6 bytes/);
  });

  it('as the value of before neither verifies anything nor spoils the present one', async () => {
    const { deliver, state } = makeEndpoint();
    state.stored = [secretOf(key), 'whsec_changeme'];
    expect(await deliver(undefined, guessed)).toMatchObject({ statusCode: 401 });
    expect(await deliver()).toMatchObject({ statusCode: 200 });
  });
});

describe('what is queued', () => {
  it('says nothing of who signed it where that is OpenAI, with the present secret', async () => {
    const { deliver, state, queued } = makeEndpoint();
    state.stored = [secretOf(key), secretOf(nextKey)];
    await deliver();
    expect(queued).toEqual([{ source: 'research', jobId: 'ftjob-1', webhookAt: state.ms }]);
  });

  it.each([
    ['the secret before alone verifies it', JOB_EVENT, key, 'previous-secret'],
    ['it is a test event of our own', JOB_EVENT.replace('evt_1', `${OWN_EVENT_PREFIX}1`), nextKey, 'us'],
    ['it is both', JOB_EVENT.replace('evt_1', `${OWN_EVENT_PREFIX}1`), key, 'us'],
  ])('says so where %s', async (_, body, by, signedBy) => {
    const { deliver, state, queued } = makeEndpoint();
    state.stored = [secretOf(nextKey), secretOf(key)];
    expect(await deliver(body, by)).toMatchObject({ statusCode: 200 });
    expect(queued).toMatchObject([{ jobId: 'ftjob-1', signedBy }]);
  });
});

describe('an entry that is malformed beside a good one', () => {
  it('is counted in the log of what matches none', async () => {
    const { deliver, state, lines } = makeEndpoint();
    state.stored = [`${secretOf(key)} ${MISTYPED}`];
    expect(await deliver(undefined, forgersKey)).toMatchObject({ statusCode: 401 });
    expect(lines).toMatchObject([{ fields: { check: 'signature', malformedSecrets: 1, secretReread: true } }]);
  });
});
