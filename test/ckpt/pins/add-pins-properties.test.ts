import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addPins } from '../../../bin/ckpt/pins/add-pins.ts';
import { missingPins } from '../../../bin/ckpt/pins/missing-pins.ts';
import { A, B, policyIn } from './policies.ts';

const comment = fc.constantFrom('', ' # a comment', '   # "quoted" [ ] { }', ' ');
const ownLine = fc.constantFrom('', '\n', '# permissions: []\n', '  # - checkpoint: old\n', '\n\n# - { a: b }\n\n');
const to = fc.constantFrom(
  'prod-eu',
  '[prod-eu]',
  '[ proj_X, prod-us ]',
  '\n    - prod-us\n    - "proj_Y"',
  '["prod-eu",\n      ]',
);
const blockItem = fc
  .tuple(to, comment, ownLine, fc.constantFrom(A, B, `"${A}"`))
  .map(([names, after, line, checkpoint]) => {
    return `  - checkpoint: ${checkpoint}\n    to: ${names}${after}\n${line}`;
  });
const flowItem = fc.tuple(fc.constantFrom(A, B), fc.constantFrom('prod-eu', '[proj_X]')).map(([checkpoint, names]) => {
  return `{ checkpoint: ${checkpoint}, to: ${names} }`;
});
const permissions = fc.oneof(
  fc.constant(''),
  fc
    .tuple(comment, fc.constantFrom('', ' null', ' ~', ' []', ' [ ]'))
    .map(([after, value]) => `permissions:${value}${after}\n`),
  fc
    .tuple(comment, fc.array(blockItem, { minLength: 1, maxLength: 3 }))
    .map(([after, items]) => `permissions:${after}\n${items.join('')}`),
  fc.array(flowItem, { minLength: 1, maxLength: 3 }).map((items) => `permissions: [${items.join(', ')}]\n`),
  fc
    .array(flowItem, { minLength: 1, maxLength: 3 })
    .map((items) => `permissions: [\n    ${items.join(',\n    ')},\n  ]\n`),
);
const others = [
  'version: 1\n',
  'projects:\n  prod-eu: { id: proj_EU }   # Europe\n  prod-us:\n    id: proj_US\n    source:\n',
  'prune: false          # kept\n',
  'rules:\n  - name: |-\n      a rule\n    from: prod-us\n    to: prod-eu\n',
];
const file = fc
  .tuple(permissions, fc.shuffledSubarray(others, { minLength: others.length }), fc.nat(others.length), ownLine)
  .map(([section, rest, at, line]) => [line, ...rest.slice(0, at), section, ...rest.slice(at)].join(''));
const layout = fc.tuple(file, fc.boolean(), fc.boolean()).map(([text, windows, cut]) => {
  const whole = cut ? text.replace(/\n$/, '') : text;
  return windows ? whole.replaceAll('\n', '\r\n') : whole;
});
const pin = fc
  .tuple(
    fc.constantFrom(A, B),
    fc.uniqueArray(fc.constantFrom('proj_EU', 'proj_US', 'proj_X', 'proj_NEW'), { minLength: 1 }),
  )
  .map(([checkpoint, projectIds]) => ({ checkpoint, to: projectIds }));
const pins = fc.array(pin, { minLength: 1, maxLength: 3 });

/** Whether a text comes out of another by leaving characters out. */
function isLeftOf(text: string, longer: string): boolean {
  let at = 0;
  for (const character of longer) if (character === text[at]) at++;
  return at === text.length;
}

/** Comments, with the spaces before them left out. */
const commentsIn = (text: string) => (text.match(/(?<=^|[ ,])#.*/gm) ?? []).map((comment) => comment.trim()).toSorted();

it('pins are added to files of every common layout, and nothing else in them is lost', () => {
  fc.assert(
    fc.property(layout, pins, (text, wanted) => {
      const policy = policyIn(text);
      const added = addPins(text, policy, wanted);
      expect(added).not.toBeNull();
      if (added === null) return;
      expect(policyIn(added)).toEqual({ ...policy, permissions: [...policy.permissions, ...wanted] });
      // A list in brackets is written anew, and the file with it.
      if (!/^permissions: *[^ #\r\n]/m.test(text)) expect(isLeftOf(text, added)).toBe(true);
      expect(commentsIn(added)).toEqual(commentsIn(text));
      expect(/[^\r]\n/.test(added) && added.includes('\r\n')).toBe(false);
      expect(missingPins(wanted, policyIn(added))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
