import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seededRandom } from '../../fake-openai/random.ts';
import { failingBy, OPENAI_FAULTS } from '../../support/failing.ts';
import { HOUR_MS, type Kind, liveSecrets, SECRET, STEPS, startRotateScene } from './rotate-scene.ts';

it.each<Kind>(['admin', 'project', 'webhook'])(
  'a rotation (%s) whose calls fail by chance, in whatever way, loses no key and leaves none',
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.array(fc.constantFrom('second', 'third', 'fourth'), { minLength: 1, maxLength: 6 }),
        async (seed, tokens) => {
          await using scene = await startRotateScene();
          scene.fake.faults.random({ probability: 0.1, kinds: OPENAI_FAULTS, seed });
          const aws = { watch: failingBy(seededRandom(seed), 0.05) };
          for (const token of tokens) {
            for (const step of STEPS) {
              const done = await scene.step(kind, step, token, aws).then(
                () => true,
                () => false,
              );
              expect(await scene.works(kind), step).toBe(true);
              scene.advance(90_000);
              if (!done) break;
            }
            await scene.sweep(aws).catch(() => undefined);
          }
          scene.fake.faults.clear();
          scene.advance(2 * 60_000);
          await scene.rotate(kind, 'fifth');
          for (let hours = 0; hours <= 26; hours++) {
            await scene.sweep();
            scene.advance(HOUR_MS);
          }
          expect(await scene.works(kind)).toBe(true);
          const value = await scene.current(SECRET[kind]);
          const live = kind === 'webhook' ? liveSecrets(scene.fake, scene.now()) : scene.keys(kind).map((k) => k.value);
          expect(live).toEqual([value]);
        },
      ),
      { numRuns: 30 },
    );
  },
);
