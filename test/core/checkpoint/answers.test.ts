import { describe, expect, it } from 'vitest';
import {
  createAnswerOf,
  deleteAnswerOf,
  isBlameless,
  isKeyUnusable,
} from '../../../lambdas/core/checkpoint/answers.ts';
import {
  AccountRefusedError,
  BadCredentialsError,
  CallerRefusedError,
  ForbiddenError,
  MissingScopeError,
  NotFoundError,
  OwningProjectError,
  RefusedError,
  SecretUnusableError,
  ThrottledError,
  UnavailableError,
  UncertainError,
} from '../../../lambdas/core/errors.ts';

const ASKED = ['proj_A', 'proj_B', 'proj_AB'];

const KEY_ERRORS = [
  [new BadCredentialsError('Incorrect API key', { status: 401 }), 'nothing'],
  [new SecretUnusableError('arn:admin', 'is empty'), 'nothing'],
  [new MissingScopeError('Missing scopes: api.fine_tuning.checkpoints.write', { status: 401 }), 'something'],
] as const;

describe.each(KEY_ERRORS)('the admin key is refused: %s', (error, use) => {
  it('is no fault of the row, which is asked for again at once', () => {
    expect(isKeyUnusable(error)).toBe(use === 'nothing');
    const answer = { kind: 'not-done', reason: error.message, blameless: true };
    expect(createAnswerOf(error, ASKED)).toEqual(answer);
    expect(deleteAnswerOf(error)).toEqual(answer);
  });
});

describe('a call that was not carried out', () => {
  it('for want of a slot is no fault of the row', () => {
    const error = new ThrottledError('Rate limit', { status: 429, retryAfterSeconds: null });
    const answer = { kind: 'not-done', reason: 'Rate limit', blameless: true };
    expect(createAnswerOf(error, ASKED)).toEqual(answer);
    expect(deleteAnswerOf(error)).toEqual(answer);
    expect(isKeyUnusable(error)).toBe(false);
  });

  it('since OpenAI could not be reached waits longer each time', () => {
    const error = new UnavailableError('connection refused');
    const answer = { kind: 'not-done', reason: 'connection refused', blameless: false };
    expect(createAnswerOf(error, ASKED)).toEqual(answer);
    expect(deleteAnswerOf(error)).toEqual(answer);
  });
});

describe('a refusal that speaks of everything', () => {
  it.each([
    new AccountRefusedError('You exceeded your current quota', { status: 429, code: 'insufficient_quota' }),
    new CallerRefusedError('Country, region, or territory not supported', { status: 403, why: 'country' }),
  ])('rejects nothing, and lets another be tried before this one: $name', (error) => {
    const answer = { kind: 'not-done', reason: error.message, blameless: false };
    expect(createAnswerOf(error, ASKED)).toEqual(answer);
    expect(deleteAnswerOf(error)).toEqual(answer);
    expect(isBlameless(error)).toBe(false);
  });
});

describe('a 403', () => {
  const forbidden = (message: string) => new ForbiddenError(message, { status: 403 });

  it('is about the checkpoint, whomsoever it was to be shared with', () => {
    const error = forbidden('This model is blocked');
    expect(createAnswerOf(error, ASKED)).toEqual({ kind: 'forbidden', reason: 'This model is blocked' });
    expect(deleteAnswerOf(error)).toEqual({ kind: 'refused', reason: 'This model is blocked' });
    expect(isKeyUnusable(error)).toBe(false);
  });

  it('that names a project of the call is about the checkpoint all the same: the project may have others', () => {
    expect(createAnswerOf(forbidden('proj_B may not use it'), ASKED)).toMatchObject({ kind: 'forbidden' });
  });
});

describe('a call that may have been carried out', () => {
  const error = new UncertainError('socket hang up');

  it('is resolved by a LIST where it creates', () => {
    expect(createAnswerOf(error, ASKED)).toEqual({ kind: 'uncertain', reason: 'socket hang up' });
  });

  it('is simply made again where it deletes', () => {
    expect(deleteAnswerOf(error)).toEqual({ kind: 'not-done', reason: 'socket hang up', blameless: false });
  });
});

describe('a refusal to create', () => {
  const refused = (message: string, status = 400) => createAnswerOf(new RefusedError(message, { status }), ASKED);

  it.each<[string, readonly string[]]>([
    ['Project not found: proj_A', ['proj_A']],
    ["Projects 'proj_B', 'proj_A' are unknown.", ['proj_B', 'proj_A']],
    ['Project proj_AB.', ['proj_AB']],
    ['(proj_A)', ['proj_A']],
    ['proj_A- is bad', ['proj_A']],
    ['Project proj_ELSEWHERE owns it', []],
    ['One or more of the projects are invalid.', []],
    ['proj_', []],
  ])('%j names %j of the call’s projects', (message, named) => {
    expect(refused(message)).toEqual({ kind: 'refused', reason: message, named, forGood: false });
  });

  it('of the owning project is for good', () => {
    const message = 'Cannot modify checkpoint permissions for the owning project: proj_A';
    expect(createAnswerOf(new OwningProjectError(message, { status: 400 }), ASKED)).toEqual({
      kind: 'refused',
      reason: message,
      named: ['proj_A'],
      forGood: true,
    });
  });

  it.each<[string, number]>([
    ['A checkpoint permission already exists for project proj_A.', 400],
    ['proj_A already has access to this checkpoint', 422],
    ['Duplicate permission', 400],
    ['Conflict', 409],
  ])('that says it is there (%j, %i) is resolved by a LIST, which shows its id', (message, status) => {
    expect(refused(message, status)).toEqual({ kind: 'uncertain', reason: message });
  });

  it.each<[string, number]>([
    ['Project proj_A is already archived.', 400],
    ['Project proj_A has already been deleted', 409],
    ['proj_A is already disabled', 400],
  ])('that speaks of the project (%j, %i) is none of these', (message, status) => {
    expect(refused(message, status)).toMatchObject({ kind: 'refused', named: ['proj_A'] });
  });

  it.each(['Permissions are alreadyish', 'nonduplicated'])('does not find its words within others: %j', (message) => {
    expect(refused(message)).toMatchObject({ kind: 'refused' });
  });
});

describe('a 404', () => {
  it('is about the checkpoint', () => {
    const error = new NotFoundError('The model does not exist', { status: 404 });
    expect(createAnswerOf(error, ASKED)).toEqual({ kind: 'not-found', reason: 'The model does not exist' });
  });

  it('that names a project is about that project', () => {
    const error = new NotFoundError('Project proj_B not found', { status: 404 });
    expect(createAnswerOf(error, ASKED)).toMatchObject({ kind: 'refused', named: ['proj_B'], forGood: false });
  });
});

describe('a refusal to delete', () => {
  it.each([
    new RefusedError('no', { status: 400 }),
    new OwningProjectError('no', { status: 400 }),
    new NotFoundError('no', { status: 404 }),
  ])('is recorded with OpenAI’s words: $name', (error) => {
    expect(deleteAnswerOf(error)).toEqual({ kind: 'refused', reason: 'no' });
  });
});

describe('what is no answer of OpenAI', () => {
  it.each([new TypeError('a bug'), 'thrown', undefined])('is thrown on: %j', (error) => {
    expect(isKeyUnusable(error)).toBe(false);
    for (const read of [() => createAnswerOf(error, ASKED), () => deleteAnswerOf(error)]) {
      let thrown: unknown = 'nothing';
      try {
        read();
      } catch (caught) {
        thrown = caught;
      }
      expect(thrown).toBe(error);
    }
  });
});
