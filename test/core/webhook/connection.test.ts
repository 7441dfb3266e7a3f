import { describe, expect, it } from 'vitest';
import type { ListedEndpoint } from '../../../lambdas/core/ports/openai.ts';
import { connectionOf, hasVerified, holdsSecretOf, type Standing } from '../../../lambdas/core/webhook/connection.ts';
import { JOB_ENDED } from '../../../lambdas/core/webhook/event.ts';
import { secretOf } from './signing.ts';

const URL = 'https://api.example.com/webhooks/research';
const NAME = 'Checkpoint Sharing STACK/research';
const [OURS, OTHERS, GONE] = [1, 2, 3].map((n) => secretOf(Buffer.alloc(32, n))) as [string, string, string];

/** Signs with this secret; null: OpenAI does not show with which. */
function anEndpoint(signing: string | null, parts: Partial<ListedEndpoint> = {}): ListedEndpoint {
  const signsWith = (secret: string) => (signing === null ? null : secret === signing);
  return { id: 'whe_1', name: NAME, url: URL, eventTypes: JOB_ENDED, updatedAt: 1_000, signsWith, ...parts };
}

function decided(parts: Partial<Standing>) {
  return connectionOf({
    endpoints: [],
    url: URL,
    name: NAME,
    secret: OURS,
    isShared: false,
    verifiedAt: null,
    ...parts,
  });
}

describe('what connects a source', () => {
  it('is a new endpoint where there is none with the URL', () => {
    const nothing = { endpoint: null, doubles: [], eventTypes: null, isLost: false };
    expect(decided({})).toMatchObject(nothing);
    expect(decided({ endpoints: [anEndpoint(OURS, { url: `${URL}/` })] })).toMatchObject(nothing);
  });

  it('is nothing where all is well', () => {
    const endpoint = anEndpoint(OURS);
    const well = { endpoint, doubles: [], eventTypes: null, isLost: false, kept: [] };
    expect(decided({ endpoints: [endpoint] })).toEqual(well);
    expect(decided({ endpoints: [endpoint], secret: `whsec_broken ${GONE}\n${OURS}` })).toEqual(well);
  });

  it('is the events that are missing, beside those that are there', () => {
    const endpoint = anEndpoint(OURS, { eventTypes: ['batch.completed', JOB_ENDED[2]] });
    const { eventTypes } = decided({ endpoints: [endpoint] });
    expect(eventTypes).toEqual(['batch.completed', JOB_ENDED[2], JOB_ENDED[0], JOB_ENDED[1]]);
  });

  it.each([
    ['', null, true],
    ['whsec_broken', 2_000, true],
    [OURS, null, true],
    [OURS, 999, true],
    [OURS, 1_000, false],
  ])('without a hint goes by deliveries: %s, verified at %j', (secret, verifiedAt, isLost) => {
    expect(decided({ endpoints: [anEndpoint(null)], secret, verifiedAt }).isLost).toBe(isLost);
  });

  it('with a hint goes by that alone', () => {
    expect(decided({ endpoints: [anEndpoint(OTHERS)], verifiedAt: 2_000 }).isLost).toBe(true);
    expect(decided({ endpoints: [anEndpoint(OURS)], verifiedAt: null }).isLost).toBe(false);
  });

  it('takes, of several, the one whose secret is ours, then the one that lacks the least', () => {
    const ids = (...endpoints: readonly ListedEndpoint[]) => {
      const { endpoint, doubles } = decided({ endpoints });
      return [endpoint?.id, ...doubles.map(({ id }) => id)];
    };
    const lost = anEndpoint(OTHERS, { id: 'whe_lost' });
    const bare = anEndpoint(OURS, { id: 'whe_bare', eventTypes: [] });
    const whole = anEndpoint(OURS, { id: 'whe_whole' });
    expect(ids(lost, bare)).toEqual(['whe_bare', 'whe_lost']);
    expect(ids(lost, bare, whole)).toEqual(['whe_whole', 'whe_bare', 'whe_lost']);
    expect(ids({ ...lost, name: 'by hand' }, whole)).toEqual(['whe_whole']);
    expect(ids(whole, anEndpoint(OURS, { id: 'whe_elsewhere', url: `${URL}/` }))).toEqual(['whe_whole']);
  });

  it('keeps what is, or may be, in use elsewhere', () => {
    const elsewhere = { url: 'https://elsewhere.example' };
    const kept = (parts: Partial<Standing>) => decided({ secret: `${GONE} ${OTHERS}`, ...parts }).kept;
    expect(kept({ endpoints: [] })).toEqual([]);
    expect(kept({ endpoints: [anEndpoint(OTHERS, elsewhere)] })).toEqual([OTHERS]);
    expect(kept({ endpoints: [anEndpoint(null, elsewhere)] })).toEqual([GONE, OTHERS]);
    expect(kept({ isShared: true, secret: `${GONE} whsec_broken` })).toEqual([GONE]);
    expect(kept({ endpoints: [anEndpoint(OTHERS), anEndpoint(GONE)] })).toEqual([]);
  });
});

describe('a secret', () => {
  it('is that of an endpoint, or not, or nobody can tell', () => {
    expect(holdsSecretOf(anEndpoint(OURS), `${GONE} ${OURS}`)).toBe(true);
    expect(holdsSecretOf(anEndpoint(OURS), GONE)).toBe(false);
    expect(holdsSecretOf(anEndpoint(null), GONE)).toBeNull();
    expect(holdsSecretOf(anEndpoint(null), '')).toBe(false);
  });

  it('has verified nothing where nobody says when the endpoint was changed', () => {
    expect(hasVerified({ updatedAt: null }, 1_000)).toBe(false);
  });
});
