import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelAccess } from '../../../lambdas/core/model/model-access.ts';
import type { ModelPermissions } from '../../../lambdas/core/ports/openai.ts';

const BASE = 'gpt-4o-mini-2024-07-18';
const CHECKPOINT = `ft:${BASE}:acme:support:AbCdEfGh`;
const STEP = `${CHECKPOINT}:ckpt-step-90`;

/** What the checkpoint was made of, in every form that a list may name it in. */
const ORIGINS = [BASE, 'gpt-4o-mini', `ft:${BASE}`, 'ft:gpt-4o-mini', `ft:${BASE}:acme`, `ft:${BASE}:acme:support`];
const OTHERS = [
  'gpt-4o',
  'gpt-4o-2024-08-06',
  'gpt-4o-mini-2024-12-17',
  'gpt-4o-mini-audio-preview',
  'gpt-4',
  'o3',
  '',
  `ft:${BASE}:acme:support:ZzZzZzZz`,
  `ft:${BASE}:acme:supp`,
  `ft:${BASE}:other`,
];

const allow = (...modelIds: string[]): ModelPermissions => ({ mode: 'allow_list', modelIds });
const deny = (...modelIds: string[]): ModelPermissions => ({ mode: 'deny_list', modelIds });

describe('a checkpoint', () => {
  it('is allowed where the project has no list', () => {
    expect(modelAccess(null, CHECKPOINT)).toEqual({ access: 'allowed', why: null });
  });

  it('is allowed by a list of allowed models that names it, whatever else that names', () => {
    expect(modelAccess(allow('o3', CHECKPOINT, BASE), CHECKPOINT)).toEqual({ access: 'allowed', why: null });
  });

  it('is blocked by a list of denied models that names it', () => {
    expect(modelAccess(deny(BASE, CHECKPOINT), CHECKPOINT)).toEqual({
      access: 'blocked',
      why: "the project's list of denied models names the checkpoint",
    });
  });

  it('is blocked by a list of allowed models that names nothing of it', () => {
    expect(modelAccess(allow(...OTHERS), CHECKPOINT)).toEqual({
      access: 'blocked',
      why: "the project's list of allowed models names neither the checkpoint nor its base model",
    });
    expect(modelAccess(allow(), CHECKPOINT)).toEqual({
      access: 'blocked',
      why: "the project's list of allowed models is empty",
    });
  });

  it('is allowed by a list of denied models that names nothing of it', () => {
    expect(modelAccess(deny(...OTHERS), CHECKPOINT)).toEqual({ access: 'allowed', why: null });
    expect(modelAccess(deny(), CHECKPOINT)).toEqual({ access: 'allowed', why: null });
  });

  it.each(ORIGINS)('is unclear where either list names %s', (id) => {
    expect(modelAccess(allow('o3', id), CHECKPOINT)).toEqual({
      access: 'unclear',
      why: expect.stringMatching(/^the project's list of allowed models names \S+, not the checkpoint itself; /),
    });
    expect(modelAccess(deny('o3', id), CHECKPOINT)).toMatchObject({
      access: 'unclear',
      why: expect.stringContaining(`denied models names ${id}`),
    });
  });

  it('of one step is unclear where its final model is named', () => {
    expect(modelAccess(allow(CHECKPOINT), STEP).access).toBe('unclear');
    expect(modelAccess(deny(CHECKPOINT), STEP).access).toBe('unclear');
    expect(modelAccess(allow(STEP), CHECKPOINT).access).toBe('blocked');
  });

  it.each([
    ['gpt-3.5-turbo-0125', 'gpt-3.5-turbo'],
    ['gpt-4.1-nano-2025-04-14', 'gpt-4.1-nano'],
    ['gpt-4o-mini', 'gpt-4o-mini-2024-07-18'],
    ['davinci-002', 'davinci-002'],
  ])('of %s is unclear where %s is named', (base, id) => {
    expect(modelAccess(allow(id), `ft:${base}:acme::AbCdEfGh`).access).toBe('unclear');
  });
});

describe('whatever OpenAI means by the ids', () => {
  /** Every reading of a list: which of its ids count for the checkpoint. */
  const READINGS: readonly ((id: string) => boolean)[] = [
    (id) => id === CHECKPOINT,
    (id) => id === CHECKPOINT || id === BASE,
    (id) => id === CHECKPOINT || [BASE, 'gpt-4o-mini'].includes(id),
    (id) => id === CHECKPOINT || ORIGINS.includes(id),
  ];

  it('what is called allowed or blocked is so', () => {
    const list = fc.record<ModelPermissions>({
      mode: fc.constantFrom('allow_list', 'deny_list'),
      modelIds: fc.uniqueArray(fc.constantFrom(CHECKPOINT, ...ORIGINS, ...OTHERS), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(list, (permissions) => {
        const { access, why } = modelAccess(permissions, CHECKPOINT);
        const truths = READINGS.map((counts) => {
          const isNamed = permissions.modelIds.some(counts);
          return isNamed === (permissions.mode === 'allow_list') ? 'allowed' : 'blocked';
        });
        if (access !== 'unclear') expect(new Set(truths)).toEqual(new Set([access]));
        expect(why === null).toBe(access === 'allowed');
      }),
      { numRuns: 1_000 },
    );
  });
});
