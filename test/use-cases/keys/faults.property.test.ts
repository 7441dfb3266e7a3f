import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seededRandom } from '../../fake-openai/random.ts';
import { failingBy, OPENAI_FAULTS } from '../../support/failing.ts';
import { STACK, startKeysScene } from './keys-scene.ts';

const ORDERS = {
  admin: (name: string) => ({ command: 'create-admin-key', name }) as const,
  project: (name: string) =>
    ({ command: 'create-project-key', project: 'research', serviceAccount: 'ci', name }) as const,
};

it.each(['admin', 'project'] as const)(
  'keys (%s) that are asked for while calls fail by chance are in their secrets in the end, or nowhere',
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.array(fc.constantFrom('one', 'two', 'three'), { minLength: 1, maxLength: 5 }),
        async (seed, names) => {
          await using scene = await startKeysScene();
          const { fake, deps } = scene;
          const watch = failingBy(seededRandom(seed), 0.05);
          const failing = { api: watch(deps.api), store: watch(deps.store), keyLedger: watch(deps.keyLedger) };
          const keys = () => fake.keysOf(kind === 'admin' ? null : 'proj_RESEARCH');
          const before = keys().map(({ value }) => value);
          fake.faults.random({ probability: 0.1, kinds: OPENAI_FAULTS, seed });
          for (const name of names) {
            await scene.request(ORDERS[kind](name), failing);
            scene.advance(3 * 60_000);
            await scene.sweep(failing).catch(() => undefined);
          }
          fake.faults.clear();
          for (const _ of [1, 2, 3]) {
            scene.advance(10 * 60_000);
            await scene.sweep();
          }
          const made = keys().filter(({ value }) => !before.includes(value));
          for (const { name, value } of made) expect(scene.store.current(`${STACK}/keys/${name}`)).toBe(value);
          expect((await scene.keyLedger.listKeys()).map(({ keyId }) => keyId).sort()).toEqual(
            made.map(({ id }) => id).sort(),
          );
        },
      ),
      { numRuns: 30, examples: [[869931, ['three', 'one', 'one']]] },
    );
  },
);
