import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CliError } from '../../bin/ckpt/errors.ts';
import { readTarget, type Target } from '../../bin/ckpt/permissions/targets.ts';

const FINAL = 'ft:gpt-4o-mini-2024-07-18:org:support:AbCdEfGh';
const STEP = `${FINAL}:ckpt-step-5`;

function refusal(word: string): CliError {
  try {
    readTarget(word);
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
  throw new Error(`${word} was read`);
}

function write(target: Target): string {
  if (target.kind === 'checkpoint') return target.checkpoint;
  if (target.kind === 'pair') return `${target.checkpoint}:${target.target}`;
  return target.kind === 'job' ? target.jobId : target.permissionId;
}

describe('readTarget', () => {
  it.each<[string, Target]>([
    [FINAL, { kind: 'checkpoint', checkpoint: FINAL }],
    [STEP, { kind: 'checkpoint', checkpoint: STEP }],
    ['ft:gpt-4o:org::AbC', { kind: 'checkpoint', checkpoint: 'ft:gpt-4o:org::AbC' }],
    [`${FINAL}:prod-eu`, { kind: 'pair', checkpoint: FINAL, target: 'prod-eu' }],
    [`${STEP}:prod-eu`, { kind: 'pair', checkpoint: STEP, target: 'prod-eu' }],
    [`${STEP}:proj_AbC`, { kind: 'pair', checkpoint: STEP, target: 'proj_AbC' }],
    [`${FINAL}:cp_1_x-Y`, { kind: 'pair', checkpoint: FINAL, target: 'cp_1_x-Y' }],
    [`${STEP}:ckpt-step-5`, { kind: 'pair', checkpoint: STEP, target: 'ckpt-step-5' }],
    [`${FINAL}:ckpt-step-x`, { kind: 'pair', checkpoint: FINAL, target: 'ckpt-step-x' }],
    [`${FINAL}:sk-prod`, { kind: 'pair', checkpoint: FINAL, target: 'sk-prod' }],
    ['cp_AbC', { kind: 'permission', permissionId: 'cp_AbC', checkpoint: null }],
    ['ftjob-AbC123', { kind: 'job', jobId: 'ftjob-AbC123' }],
  ])('reads %s', (word, target) => {
    expect(readTarget(word)).toEqual(target);
  });

  it('says of a model id that is too long that it is', () => {
    expect(() => readTarget(`ft:base:org:${'s'.repeat(400)}:id`)).toThrow(/has 415 bytes: .* at most 400/);
  });

  it.each(['ftckpt_AbC', 'ftckpt_AbC:prod-eu'])('says of %s that it is the id that the API fails on', (word) => {
    const { name, message, next } = refusal(word);
    expect(name).toBe('CheckpointIdError');
    expect(message).toBe(
      `"${word}" is the checkpoint's own id, on which OpenAI's permission API fails: it wants the model id, ft:….`,
    );
    expect(next).toBe('Run "ckpt checkpoints JOB" to see the model ids of a job.');
  });

  it.each([
    'sk-',
    'sk-abc',
    'sk-proj-AbC_dEf',
    'sk-admin-x:y',
    'whsec_AAAA',
    'OPENAI_ADMIN_KEY=sk-admin-abcdefghijklmnopqrst',
    '"sk-svcacct-abcdefghijklmnopqrst"',
    'secret:whsec_QUJD',
    `${FINAL}:sk-proj-AbC`,
    `${FINAL}:sk-abcdefghijklmnopqrstuv`,
    `${FINAL}:whsec_AbC`,
    `${FINAL}:key=sk-abcdefghijklmnopqrstuv`,
  ])('refuses the key %s without repeating it', (word) => {
    const error = refusal(word);
    expect(error.name).toBe('PastedKeyError');
    expect(error.message).toBe('That is an API key or a webhook secret; it is not repeated here.');
    expect(error.next).toContain('rotate it');
  });

  it.each([`${FINAL}:`, `${FINAL}:Prod`, `${FINAL}:cp_`, `${STEP}:`, `${FINAL}:a b`, `${FINAL}:ftjob-AbC`])(
    'says of %s that its target is none',
    (word) => {
      expect(refusal(word)).toMatchObject({
        name: 'TargetError',
        message: `"${word}" names a checkpoint, but what follows its last colon is no project and no permission.`,
        next: 'Write an alias, a project id (proj_…) or a permission id (cp_…) there.',
      });
    },
  );

  it.each([
    '',
    ':',
    'prod-eu',
    'proj_AbC',
    'gpt-4o',
    'ft:gpt-4o',
    'ft:a:b:c',
    'cp_',
    'ftjob-',
    `${FINAL}:prod:eu`,
    'FT:a:b:c:d',
  ])('names the forms where %j is none of them', (word) => {
    const { name, message, next } = refusal(word);
    expect({ name, message }).toEqual({
      name: 'TargetError',
      message: `"${word}" names no checkpoint, permission or job.`,
    });
    for (const form of ['ft:BASE:ORG:SUFFIX:ID', ':ckpt-step-N', 'cp_…', 'ft:…:TARGET', 'ftjob-…']) {
      expect(next).toContain(form);
    }
  });
});

it.each([
  [`${FINAL},`, 'the character ","'],
  [`${FINAL}\u200B`, 'an invisible character (U+200B, a zero-width space)'],
  [` ${FINAL}`, 'white space'],
  ['cp_1\u00A0', 'an invisible character (U+00A0, a no-break space)'],
])('names what was pasted along with %j', (word, what) => {
  expect(refusal(word)).toMatchObject({
    name: 'TargetError',
    message: `"${word}" names no checkpoint, permission or job. It has ${what} in it, which no id has.`,
  });
});

describe('for any names', () => {
  const part = fc.stringMatching(/^[A-Za-z0-9._-]{0,19}[A-Za-z0-9_-]$/);
  const checkpoint = fc
    .tuple(part, fc.option(part), fc.option(part), part, fc.option(fc.nat()))
    .map(([base, organization, suffix, id, step]) => {
      const final = `ft:${base}:${organization ?? ''}:${suffix ?? ''}:${id}`;
      return step === null ? final : `${final}:ckpt-step-${step}`;
    });
  const permissionId = fc.stringMatching(/^cp_[A-Za-z0-9_-]{1,30}$/);
  const projectId = fc.stringMatching(/^proj_[A-Za-z0-9_-]{1,30}$/);
  // On a final model the alias `ckpt-step-5` cannot be told from a step, and one that begins like a key is refused.
  const alias = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/).filter((name) => !/^(?:sk-|ckpt-step-\d+$)/.test(name));

  it('what is written of a target is read as that target', () => {
    const target = fc.oneof<fc.Arbitrary<Target>[]>(
      checkpoint.map((each) => ({ kind: 'checkpoint', checkpoint: each })),
      permissionId.map((each) => ({ kind: 'permission', permissionId: each, checkpoint: null })),
      fc
        .tuple(checkpoint, fc.oneof(alias, projectId, permissionId))
        .map(([each, other]) => ({ kind: 'pair', checkpoint: each, target: other })),
      fc.stringMatching(/^ftjob-[A-Za-z0-9_-]{1,40}$/).map((each) => ({ kind: 'job', jobId: each })),
    );
    fc.assert(
      fc.property(target, (each) => {
        expect(readTarget(write(each))).toEqual(each);
      }),
    );
  });

  it('a word is read as what writes it again, or refused for a person', () => {
    const piece = fc.constantFrom('ft', ':', '::', 'ckpt-step-', '5', 'gpt', 'cp_', 'ftjob-', 'proj_', 'A', 'a-b', ' ');
    const word = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(word, (each) => {
        let target: Target;
        try {
          target = readTarget(each);
        } catch (error) {
          expect(error).toBeInstanceOf(CliError);
          return;
        }
        expect(write(target)).toBe(each);
      }),
      { numRuns: 1000 },
    );
  });

  it('no key is ever repeated, wherever in a word it stands', () => {
    const key = fc.stringMatching(/^(sk-(proj-|admin-|svcacct-)?[A-Za-z0-9_-]{24}|whsec_[A-Za-z0-9+/]{8,40})$/);
    const before = fc.constantFrom('', '"', ' ', 'KEY=', ':', `${FINAL}:`, `${FINAL}:x=`, 'Bearer ');
    fc.assert(
      fc.property(key, before, (secret, prefix) => {
        const { message, next } = refusal(`${prefix}${secret}`);
        expect(message + next).not.toContain(secret);
      }),
    );
  });
});
