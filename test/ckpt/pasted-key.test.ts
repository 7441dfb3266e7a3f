import { describe, expect, it } from 'vitest';
import { refuseKeys } from '../../bin/ckpt/pasted-key.ts';

const KEYS = [`sk-admin-${'a1B2'.repeat(8)}`, `sk-proj-${'x'.repeat(20)}`, 'whsec_c2VjcmV0'];

describe('a key on the command line', () => {
  it.each(KEYS)('is refused wherever it stands, without being repeated or sent on: %s', (key) => {
    for (const argv of [
      ['list', '--project', key],
      ['pause', `--rule=${key}`],
      ['show', key],
    ]) {
      expect(() => refuseKeys(argv)).toThrow(expect.objectContaining({ name: 'PastedKeyError' }));
      expect(() => refuseKeys(argv)).not.toThrow(key);
    }
  });

  it.each([
    [['share', 'ft:gpt-4o-mini:acme:sk-support-summaries-long:AbCd', '--to', 'sk-bratislava']],
    [['pause', '--rule', 'sk- models of the whole support team', '--reason', 'the key sk-… is being rotated']],
    [['webhook', 'verify', '--signature', 'v1,c2VjcmV0']],
  ])('is not seen in what only looks a little like one: %o', (argv) => {
    expect(() => refuseKeys(argv)).not.toThrow();
  });
});
