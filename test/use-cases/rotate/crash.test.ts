import { afterEach, describe, expect, it } from 'vitest';
import { Killed, Killer } from '../../support/crash.ts';
import {
  HOUR_MS,
  type Kind,
  liveSecrets,
  type RotateScene,
  SECRET,
  STEPS,
  type Step,
  startRotateScene,
} from './rotate-scene.ts';

let scene: RotateScene;
afterEach(() => scene[Symbol.asyncDispose]());

const GRACE_MS = 24 * HOUR_MS;

/** Carries out the steps before one, and that one until it is killed at its call number `at`; false: it has fewer calls. */
async function crash(kind: Kind, step: Step, at: number, moment: 'before' | 'after'): Promise<boolean> {
  scene = await startRotateScene();
  for (const name of STEPS.slice(0, STEPS.indexOf(step))) await scene.step(kind, name, 'second');
  const killer = new Killer(at, moment);
  await scene.step(kind, step, 'second', killer).catch((error: unknown) => {
    if (!(error instanceof Killed) && !killer.struck) throw error;
  });
  return killer.struck;
}

/** Sweeps as often as it takes, and looks each time whether the key in the secret is still there. */
async function sweepFor(kind: Kind, ms: number) {
  for (let passed = 0; passed <= ms; passed += HOUR_MS / 4) {
    await scene.sweep();
    expect(await scene.works(kind)).toBe(true);
    scene.advance(HOUR_MS / 4);
  }
}

async function expectTheEnd(kind: Kind) {
  expect(await scene.works(kind)).toBe(true);
  const value = await scene.current(SECRET[kind]);
  if (kind === 'webhook') return expect(liveSecrets(scene.fake, scene.now())).toEqual([value]);
  expect(scene.keys(kind).map((key) => key.value)).toEqual([value]);
  const records = (await scene.keyLedger.listKeys()).filter((record) => record.kind === kind);
  expect(records).toMatchObject([{ state: 'made', keyId: scene.keys(kind)[0]?.id }]);
}

/** More than any step has. */
const MOST_CALLS = 60;

describe.each(['admin', 'project', 'webhook'] as const)(
  'a rotation (%s) that is cut off at any of its calls',
  (kind) => {
    it.each(STEPS)(
      'in %s reaches the same end when it is run again, be it as another one, and leaves no key',
      async (step) => {
        for (const moment of ['before', 'after'] as const) {
          for (const again of ['second', 'third']) {
            let at = 0;
            for (; await crash(kind, step, at, moment); at++) {
              expect(await scene.works(kind), `${step} ${moment} ${at}`).toBe(true);
              await scene.rotate(kind, again);
              await sweepFor(kind, GRACE_MS + HOUR_MS);
              await expectTheEnd(kind);
              await scene[Symbol.asyncDispose]();
            }
            if (at < MOST_CALLS) await scene[Symbol.asyncDispose]();
            expect(at, 'that it has calls').toBeGreaterThan(0);
          }
        }
      },
    );
  },
);

describe.each(['admin', 'project'] as const)('a rotation (%s) that is cut off and never run again', (kind) => {
  it.each(STEPS)('in %s leaves one key, which works', async (step) => {
    for (const moment of ['before', 'after'] as const) {
      for (let at = 0; await crash(kind, step, at, moment); at++) {
        await sweepFor(kind, 2 * GRACE_MS + 2 * HOUR_MS);
        expect(await scene.works(kind), `${step} ${moment} ${at}`).toBe(true);
        expect(scene.keys(kind)).toHaveLength(1);
        await scene[Symbol.asyncDispose]();
      }
      await scene[Symbol.asyncDispose]();
    }
  });

  it('in the sweep that deletes the old key is made up for by the next one', async () => {
    for (const moment of ['before', 'after'] as const) {
      for (let at = 0; ; at++) {
        scene = await startRotateScene();
        await scene.rotate(kind, 'second');
        scene.advance(GRACE_MS);
        const killer = new Killer(at, moment);
        await scene.sweep(killer).catch(() => undefined);
        await scene.sweep();
        await expectTheEnd(kind);
        if (!killer.struck) break;
        await scene[Symbol.asyncDispose]();
      }
    }
  });
});

it.each(['admin', 'project'] as const)(
  'a key (%s) whose value died with its maker goes with the next attempt',
  async (kind) => {
    scene = await startRotateScene();
    const put = { watch: failingAt('put') };
    await expect(scene.step(kind, 'createSecret', 'second', put)).rejects.toThrow(Killed);
    expect(scene.keys(kind)).toHaveLength(2);
    await scene.step(kind, 'createSecret', 'third');
    expect(scene.keys(kind)).toHaveLength(2);
    await scene.step(kind, 'createSecret', 'fourth');
    const superseded = (await scene.keyLedger.listKeys()).filter(({ state }) => state === 'retiring');
    expect(superseded).toMatchObject([{ keyId: scene.keys(kind)[1]?.id, deleteAt: scene.now() + GRACE_MS }]);
  },
);

it.each(['admin', 'project'] as const)(
  'an old key (%s) has no day to go on before another is in its place',
  async (kind) => {
    scene = await startRotateScene();
    for (const name of ['createSecret', 'testSecret'] as const) await scene.step(kind, name, 'second');
    const [old] = scene.keys(kind);
    const recorded = async () => (await scene.keyLedger.listKeys()).find(({ keyId }) => keyId === old?.id);
    await expect(scene.step(kind, 'finishSecret', 'second', { watch: failingAt('moveStage') })).rejects.toThrow(Killed);
    expect(await recorded()).toMatchObject({ state: 'retiring', deleteAt: null });
    await scene.step(kind, 'finishSecret', 'second');
    expect(await recorded()).toMatchObject({ state: 'retiring', deleteAt: scene.now() + GRACE_MS });
  },
);

/** Whoever calls this method is gone, and so is whatever comes after. */
function failingAt(name: string) {
  let dead = false;
  return <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, property, receiver) {
        const method = Reflect.get(target, property, receiver);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          dead ||= property === name;
          if (dead) throw new Killed();
          return method.apply(target, args);
        };
      },
    });
}
