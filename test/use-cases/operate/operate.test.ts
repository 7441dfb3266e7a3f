import { describe, expect, it } from 'vitest';
import { ContentionError, SettingsError } from '../../../lambdas/core/errors.ts';
import { createOperator } from '../../../lambdas/use-cases/operate/operate.ts';
import { createInMemoryLedger } from '../../in-memory/ledger.ts';
import { type Logged, operatorDeps } from './ask.ts';

/** An operator whose ledger fails with this. */
function failingWith(error: unknown, logged: Logged[] = []) {
  const ledger = { ...createInMemoryLedger(), listCheckpoints: () => Promise.reject(error) };
  return createOperator(operatorDeps({ ledger }, logged));
}

describe('the operator function', () => {
  it.each([
    [undefined, 'The request is not a JSON object.'],
    [['list'], 'The request is not a JSON object.'],
    ['list', 'The request is not a JSON object.'],
    [{}, 'does not understand the command "undefined".'],
    [{ command: 'revoke-everything' }, 'does not understand the command "revoke-everything".'],
    [{ command: 'constructor' }, 'does not understand the command "constructor".'],
    [{ command: { name: 'list' } }, 'does not understand the command'],
    [{ command: 'status', verbose: true }, 'does not understand the field "verbose".'],
    [{ command: 'list', cursor: 7 }, 'the field "cursor", which is no text.'],
  ])('answers %j with an error that says what it does not take', async (payload, message) => {
    const answer = await createOperator(operatorDeps())(payload, 'request-1');
    expect(answer).toEqual({
      ok: false,
      error: { name: 'BadRequestError', message: expect.stringContaining(message), next: expect.stringMatching(/\.$/) },
    });
  });

  it('does not answer at length to what it does not know', async () => {
    const answer = await createOperator(operatorDeps())({ command: 'x'.repeat(100_000) }, 'request-1');
    expect(JSON.stringify(answer).length).toBeLessThan(1000);
  });

  it.each([
    [new ContentionError('The row changed 32 times'), 'The row changed 32 times.', /ask again/],
    [new SettingsError('policy.json cannot be read'), 'policy.json cannot be read.', /Deploy/],
  ])('answers %s with the next step', async (error, message, next) => {
    const answer = await failingWith(error)({ command: 'list' }, 'request-1');
    expect(answer).toEqual({
      ok: false,
      error: { name: error.name, message, next: expect.stringMatching(next) },
    });
  });

  it('logs what nobody foresaw, and answers without its text and stack', async () => {
    const logged: Logged[] = [];
    const error = new TypeError('token IQoJb3JpZ2lu of arn:aws:iam::123456789012:user/x');
    const answer = await failingWith(error, logged)({ command: 'list' }, 'request-1');
    expect(answer).toEqual({
      ok: false,
      error: {
        name: 'TypeError',
        message: 'The operator function could not do it (TypeError).',
        next: 'Its log says more, under the request id request-1.',
      },
    });
    expect(logged).toEqual([{ message: 'Command failed', fields: { error } }]);
  });

  it('answers also to what is thrown and is no error', async () => {
    const answer = await failingWith('a text')({ command: 'list' }, 'request-1');
    expect(answer).toMatchObject({ ok: false, error: { name: 'Error' } });
  });
});
