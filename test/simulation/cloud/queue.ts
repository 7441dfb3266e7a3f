import type { ObserveRequest } from '../../../lambdas/core/model/observe-request.ts';
import type { ObserveQueue } from '../../../lambdas/core/ports/queue.ts';
export interface Message {
  readonly messageId: string;
  readonly body: string;
  visibleAt: number;
  receives: number;
}

const SECOND = 1_000;
/** Six times the function's time, as the stack has it. */
const VISIBILITY_MS = 360 * SECOND;
const MOST_RECEIVES = 5;
const BATCH = 5;

/** The observe queue as SQS has it: at least once, in any order, five receives and then set aside. */
export class SimulatedQueue {
  readonly deadLetters: Message[] = [];
  #messages: Message[] = [];
  #count = 0;
  readonly #now: () => number;
  /** Told when there may be something to receive at a time. */
  readonly #onVisible: (at: number) => void;

  constructor(now: () => number, onVisible: (at: number) => void) {
    this.#now = now;
    this.#onVisible = onVisible;
  }

  /** How many messages are neither done nor set aside. */
  get size(): number {
    return this.#messages.length;
  }

  put(request: ObserveRequest, delayMs: number): void {
    this.#add({
      messageId: `message-${++this.#count}`,
      body: JSON.stringify(request),
      visibleAt: this.#now() + delayMs,
      receives: 0,
    });
  }

  /** The port, for functions. A message comes after each of the delays: none = it is lost, two = it is doubled. */
  port(delaysMs: () => readonly number[]): ObserveQueue {
    return {
      send: async (request) => {
        for (const delayMs of delaysMs()) this.put(request, delayMs);
      },
    };
  }

  /** Takes up to a batch of visible messages. One that `isDoubled` says stays visible, and is delivered once more. */
  receive(isDoubled: () => boolean): readonly Message[] {
    const now = this.#now();
    const visible = this.#messages.filter(({ visibleAt }) => visibleAt <= now).slice(0, BATCH);
    const worn = visible.filter(({ receives }) => receives >= MOST_RECEIVES);
    this.deadLetters.push(...worn);
    this.#messages = this.#messages.filter((message) => !worn.includes(message));
    const received = visible.filter((message) => !worn.includes(message));
    for (const message of received) {
      message.receives++;
      this.postpone(message.messageId, isDoubled() ? SECOND : VISIBILITY_MS);
    }
    return received;
  }

  remove(messageId: string): void {
    this.#messages = this.#messages.filter((message) => message.messageId !== messageId);
  }

  postpone(messageId: string, ms: number): void {
    const message = this.#messages.find((one) => one.messageId === messageId);
    if (message === undefined) return;
    message.visibleAt = this.#now() + ms;
    this.#onVisible(message.visibleAt);
  }

  /** A person moves what was set aside back. */
  redrive(): void {
    for (const message of this.deadLetters.splice(0)) this.#add({ ...message, receives: 0, visibleAt: this.#now() });
  }

  #add(message: Message): void {
    this.#messages.push(message);
    this.#onVisible(message.visibleAt);
  }
}
