import { describe, expect, it } from 'vitest';
import { addressOf } from '../../../bin/ckpt/terraform/address.ts';
import { CANARY, KEY_CANARY } from './states.ts';

describe('the address of an instance', () => {
  it.each<[unknown, unknown, unknown, string]>([
    [undefined, 'a', undefined, 't.a'],
    ['', 'a', null, 't.a'],
    ['module.x', 'a-b_1', 0, 'module.x.t.a-b_1[0]'],
    ['module.x[2].module.y["k.module.z"]', 'a', 'proj_X', 'module.x[2].module.y["k.module.z"].t.a["proj_X"]'],
    [undefined, 'größe', 'Köln', 't.größe["Köln"]'],
  ])('in %j of %j with the key %j is %s', (module, name, key, expected) => {
    expect(addressOf(module, 't', name, key)).toBe(expected);
  });

  it.each<[string, unknown, unknown, unknown, string]>([
    ['a key that is a secret', undefined, 'a', KEY_CANARY, 't.a["…"]'],
    ['a key that a terminal would obey', undefined, 'a', '\u001b[2J', 't.a["…"]'],
    ['a key that is very long', undefined, 'a', 'x'.repeat(200), 't.a["…"]'],
    ['a secret as the key of a module', `module.x["${KEY_CANARY}"].module.y`, 'a', 1, 'module.x["…"].module.y.t.a[1]'],
    ['what is no name', undefined, `${CANARY} `, undefined, 't.…'],
    ['what is no path', `${CANARY} module.x`, 'a', undefined, 'module.….t.a'],
    ['a path that is not closed', `module.x["${CANARY}`, 'a', undefined, 'module.….t.a'],
    ['a path that is no text', 7, 'a', undefined, 'module.….t.a'],
    ['a path of great length', `module.x${'.module.x'.repeat(1000)}`, 'a', undefined, 'module.….t.a'],
  ])('leaves out %s', (_, module, name, key, expected) => {
    expect(addressOf(module, 't', name, key)).toBe(expected);
  });
});
