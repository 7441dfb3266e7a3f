import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seededRandom } from '../../fake-openai/random.ts';
import { failingBy, OPENAI_FAULTS } from '../../support/failing.ts';
import { startSourcesScene } from './sources-scene.ts';

it('a source that is connected and disconnected while calls fail by chance has one endpoint in the end, which verifies', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.array(fc.constantFrom('connect', 'connect', 'test', 'disconnect'), { minLength: 1, maxLength: 6 }),
      async (seed, asked) => {
        await using scene = await startSourcesScene();
        const { fake, deps } = scene;
        const watch = failingBy(seededRandom(seed), 0.05);
        const failing = {
          store: watch(deps.store),
          endpointsOf: (source: string) => {
            const api = deps.endpointsOf(source);
            return api && watch(api);
          },
        };
        fake.faults.random({ probability: 0.15, kinds: OPENAI_FAULTS, seed });
        for (const what of asked) {
          const request =
            what === 'test'
              ? ({ command: 'test-source', source: 'research', since: null } as const)
              : ({ command: what === 'connect' ? 'connect-source' : 'disconnect-source', source: 'research' } as const);
          await scene.request(request, failing);
          scene.advance(60_000);
        }
        fake.faults.clear();
        await scene.connect();
        scene.advance(1_000);
        expect(scene.endpoints()).toHaveLength(1);
        expect(await scene.delivered()).toEqual([200]);
        await scene.test();
        const { changed, verified } = await scene.connect();
        expect({ changed, verified }).toEqual({ changed: false, verified: true });
      },
    ),
    { numRuns: 25 },
  );
});
