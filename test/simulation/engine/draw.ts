import { type Random, seededRandom, shuffled } from '../../fake-openai/random.ts';

/** Everything that is left to chance, drawn one after the other from one seed. */
export class Draw {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  /** Both ends included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.#random() * (max - min + 1));
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.int(0, items.length - 1)];
    if (item === undefined) throw new Error('There is nothing to pick from');
    return item;
  }

  /** So many of the items, in random order. */
  some<T>(items: readonly T[], count: number): T[] {
    return shuffled(items, this.#random).slice(0, count);
  }

  shuffled<T>(items: readonly T[]): T[] {
    return shuffled(items, this.#random);
  }
}
