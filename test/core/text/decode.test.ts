import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeText } from '../../../lambdas/core/text/decode.ts';

const TEXT = 'version: 1 # Ümläut, 模型, 🙂\n';
const bigEndian = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('decodeText', () => {
  test.each<[string, Uint8Array, string]>([
    ['UTF-8', Buffer.from(TEXT), 'UTF-8'],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${TEXT}`), 'UTF-8'],
    ['UTF-16LE with a mark, as PowerShell writes it', Buffer.from(`\uFEFF${TEXT}`, 'utf16le'), 'UTF-16'],
    ['UTF-16LE', Buffer.from(TEXT, 'utf16le'), 'UTF-16'],
    ['UTF-16BE with a mark', bigEndian(`\uFEFF${TEXT}`), 'UTF-16'],
    ['UTF-16BE', bigEndian(TEXT), 'UTF-16'],
  ])('reads %s', (_, bytes, encoding) => {
    expect(decodeText(bytes)).toEqual({ text: TEXT, encoding, whole: true });
  });

  test.each([
    ['Latin-1', Buffer.from('a: für', 'latin1'), 'a: f\uFFFDr'],
    ['UTF-16 that is cut within a character', Buffer.from('a: b', 'utf16le').subarray(0, 7), 'a: \uFFFD'],
  ])('tells that %s is not whole', (_, bytes, text) => {
    expect(decodeText(bytes)).toMatchObject({ text, whole: false });
  });

  test('is not led astray by a NUL', () => {
    const text = `\0${'version: 1\n'.repeat(3)}`;
    expect(decodeText(Buffer.from(text))).toEqual({ text, encoding: 'UTF-8', whole: true });
    expect(decodeText(Buffer.from('# 模型的说明\nversion: 1\n', 'utf16le'))).toMatchObject({
      encoding: 'UTF-16',
      whole: true,
    });
  });

  test('takes nothing, and any bytes', () => {
    expect(decodeText(new Uint8Array())).toEqual({ text: '', encoding: 'UTF-8', whole: true });
    fc.assert(fc.property(fc.uint8Array(), (bytes) => typeof decodeText(bytes).text === 'string'));
  });
});
