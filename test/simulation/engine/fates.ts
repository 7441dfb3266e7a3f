import type { Storm } from '../scenario/storm.ts';
import type { Draw } from './draw.ts';

/** What becomes of one read or write of the ledger, the pacer's store or the queue. */
export interface StorageFate {
  readonly delayMs: number;
  /** `meanwhile`: the function dies with the request on its way, which arrives all the same. */
  readonly crash: 'none' | 'before' | 'meanwhile' | 'after';
  /**
   * `before`, `after`: fails without effect or although it had one. `repeated`: the SDK sent a conditional write again,
   * whose condition the first one, of which no answer came, has made false.
   */
  readonly failure: 'none' | 'before' | 'after' | 'repeated';
}

/** What becomes of one call to OpenAI. All times are from the call's start, in milliseconds. */
export interface CallFate {
  readonly arrivesAt: number;
  /** When it is carried out: within the call's deadline, whatever has become of the caller. */
  readonly worksAt: number;
  readonly answersAt: number;
  /** Null: the function lives on. */
  readonly crashAt: number | null;
  readonly crashBefore: boolean;
  readonly failure: 'none' | 'unsent' | 'request-lost' | 'answer-lost' | 'throttled';
}

/** Draws what becomes of every step: bad things by the storm while it lasts, none after it. */
export class Fates {
  readonly #draw: Draw;
  readonly #storm: Storm;
  readonly #isCalm: () => boolean;
  readonly #deadlineMs: number;

  constructor(draw: Draw, storm: Storm, isCalm: () => boolean, deadlineMs: number) {
    this.#draw = draw;
    this.#storm = storm;
    this.#isCalm = isCalm;
    this.#deadlineMs = deadlineMs;
  }

  storage(): StorageFate {
    const draw = this.#draw;
    const storm = this.#storm;
    const delayMs = draw.int(1, 40);
    if (this.#isCalm()) return { delayMs, crash: 'none', failure: 'none' };
    return {
      delayMs: draw.chance(storm.slowStorage) ? draw.int(500, 14_000) : delayMs,
      crash: draw.chance(storm.storageCrash) ? draw.pick(['before', 'meanwhile', 'after'] as const) : 'none',
      failure: draw.chance(storm.storageFailure) ? draw.pick(['before', 'after', 'repeated'] as const) : 'none',
    };
  }

  call(access: 'read' | 'write'): CallFate {
    const draw = this.#draw;
    const storm = this.#storm;
    const isCalm = this.#isCalm();
    const isSlow = !isCalm && draw.chance(storm.slowCall);
    const arrivesAt = !isCalm && draw.chance(storm.slowNetwork) ? draw.int(300, 15_000) : draw.int(5, 300);
    const worksAt = arrivesAt + (isSlow ? draw.int(2_000, this.#deadlineMs) : draw.int(1, 1_500));
    const answersAt = worksAt + (isSlow && draw.chance(0.3) ? draw.int(1_000, this.#deadlineMs) : draw.int(5, 300));
    const isCrash = !isCalm && draw.chance(access === 'read' ? storm.readCrash : storm.writeCrash);
    const isFailure = !isCalm && draw.chance(storm.callFailure);
    return {
      arrivesAt,
      worksAt: Math.min(worksAt, this.#deadlineMs),
      answersAt,
      crashAt: isCrash ? draw.int(0, Math.min(answersAt, this.#deadlineMs)) : null,
      crashBefore: isCrash && draw.chance(0.2),
      failure: isFailure ? draw.pick(['unsent', 'request-lost', 'answer-lost', 'answer-lost', 'throttled']) : 'none',
    };
  }
}
