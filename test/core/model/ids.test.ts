import { describe, expect, test } from 'vitest';
import { foreignNote, parseCheckpointName, parseModelName } from '../../../lambdas/core/model/ids.ts';

const NAME = 'ft:gpt-4o-mini-2024-07-18:acme:Quota_v1.2:Mjcs3n8R';

describe('the name of a checkpoint', () => {
  test.each([
    [NAME, { base: 'gpt-4o-mini-2024-07-18', organization: 'acme', suffix: 'Quota_v1.2' }],
    [`${NAME}:ckpt-step-90`, { base: 'gpt-4o-mini-2024-07-18', organization: 'acme', suffix: 'Quota_v1.2' }],
    ['ft:o9+preview@eu:::a-b', { base: 'o9+preview@eu', organization: '', suffix: '' }],
  ])('%s is read', (name, parts) => {
    expect(parseCheckpointName(name)).toEqual(parts);
  });

  test.each([
    [`${NAME},`, ' It has the character "," in it, which no id has.'],
    [`"${NAME}"`, ' It has the character """ in it, which no id has.'],
    [`${NAME}\u200B`, ' It has an invisible character (U+200B, a zero-width space) in it, which no id has.'],
    [`\uFEFF${NAME}`, ' It has an invisible character (U+FEFF, a byte order mark) in it, which no id has.'],
    [`${NAME}\u00A0`, ' It has an invisible character (U+00A0, a no-break space) in it, which no id has.'],
    [` ${NAME}`, ' It has white space in it, which no id has.'],
    [`${NAME}\n`, ' It has white space in it, which no id has.'],
    [`“${NAME}”`, ' It has the character "“" in it, which no id has.'],
    [NAME.replace('mini', '*'), ' It has the character "*" in it, which no id has.'],
    [
      NAME.replace('acme', 'а\u0441me'),
      ' It has the character "а" (U+0430, a Cyrillic letter) in it, which no id has.',
    ],
    [`${NAME};`, ' It has the character ";" in it, which no id has.'],
    [`${NAME})`, ' It has the character ")" in it, which no id has.'],
    ['ft:gpt-4o:acme', ''],
    ['ftckpt_abc', ''],
    [`${NAME}:prod`, ''],
  ])('%j is none, and what was pasted along is named', (text, note) => {
    expect(parseCheckpointName(text)).toBeUndefined();
    expect(foreignNote(text)).toBe(note);
  });

  test('ends in no full stop, as of a sentence', () => {
    expect(foreignNote(`${NAME}.`)).toBe(' It ends in a full stop, which no id does.');
    expect(parseCheckpointName(`${NAME}.`)).toBeUndefined();
  });

  test('as OpenAI gives it may have characters that nobody foresaw', () => {
    expect(parseModelName('ft:gpt-4o:acme:küche!:Abc')).toMatchObject({ suffix: 'küche!' });
    expect(parseModelName('ft:gpt-4o:acme:a b:Abc')).toBeUndefined();
    expect(parseModelName('ftckpt_abc')).toBeUndefined();
  });
});
