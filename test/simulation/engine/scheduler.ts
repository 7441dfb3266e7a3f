interface Event {
  readonly at: number;
  readonly order: number;
  readonly act: () => void;
}

/**
 * Virtual time. What happens is an event at a time; the next one is fired only when whatever the last one set going has
 * come to rest, so that a run is the same every time. Time is in milliseconds since the epoch.
 */
export class Scheduler {
  #now: number;
  #count = 0;
  readonly #heap: Event[] = [];

  constructor(start: number) {
    this.#now = start;
  }

  get now(): number {
    return this.#now;
  }

  /** Events fired so far. */
  fired = 0;

  after(ms: number, act: () => void): void {
    this.at(this.#now + ms, act);
  }

  /** Events of the same time are fired in the order in which they were asked for. */
  at(time: number, act: () => void): void {
    const event = { at: Math.max(time, this.#now), order: this.#count++, act };
    const heap = this.#heap;
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(event, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = event;
  }

  /** Fires events until there are none left or `isOver` says so. */
  async run(isOver: () => boolean): Promise<void> {
    for (;;) {
      if (isOver()) return;
      const event = this.#pop();
      if (event === undefined) return;
      this.#now = event.at;
      this.fired++;
      event.act();
      // Not a timer: comes after every promise that the event has settled, and all that follows from these.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  #pop(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || first === last) return first;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      if (left === undefined) break;
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (!isBefore(child, last)) break;
      heap[index] = child;
      index = 2 * index + (isRight ? 2 : 1);
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
