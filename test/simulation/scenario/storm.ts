import type { Draw } from '../engine/draw.ts';

/** How bad it gets before it gets calm: chances between 0 and 1. */
export interface Storm {
  /** The function dies at a step of storage, at a reading or writing call to OpenAI, or at any moment of its life. */
  readonly storageCrash: number;
  readonly readCrash: number;
  readonly writeCrash: number;
  readonly suddenDeath: number;
  readonly storageFailure: number;
  readonly callFailure: number;
  /** OpenAI takes long to carry a call out or to answer. */
  readonly slowCall: number;
  /** The ledger, or the way to OpenAI, takes seconds: the pacer then cannot promise its rate. */
  readonly slowStorage: number;
  readonly slowNetwork: number;
  /** Of a webhook, a queue message, a wake-up or a tick. */
  readonly loss: number;
  readonly duplicate: number;
  /** Somebody wants something else of a checkpoint at the very moment when it is being worked on. */
  readonly nudge: number;
  /** Somebody deletes a permission that we have just made, or makes another one like it. */
  readonly meddling: number;
  /** OpenAI refuses the admin key for a time. */
  readonly keyTrouble: boolean;
}

export function drawStorm(draw: Draw): Storm {
  const isTimely = draw.chance(0.6);
  return {
    storageCrash: draw.pick([0, 0.005, 0.02, 0.05]),
    readCrash: draw.pick([0, 0, 0.05, 0.2]),
    writeCrash: draw.pick([0, 0.1, 0.3, 0.5]),
    suddenDeath: draw.pick([0, 0.05, 0.3]),
    storageFailure: draw.pick([0, 0, 0.02, 0.08]),
    callFailure: draw.pick([0, 0.1, 0.3, 0.6]),
    slowCall: draw.pick([0, 0.1, 0.4]),
    slowStorage: isTimely ? 0 : draw.pick([0, 0.02, 0.1]),
    slowNetwork: isTimely ? 0 : draw.pick([0, 0.1, 0.3]),
    loss: draw.pick([0, 0.1, 0.5, 1]),
    duplicate: draw.pick([0, 0.2, 0.5]),
    meddling: draw.pick([0, 0, 0.2, 0.6]),
    nudge: draw.pick([0, 0, 0.1, 0.4]),
    keyTrouble: draw.chance(0.05),
  };
}
