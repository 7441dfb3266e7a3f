import { type Proof, proveKey } from './key-proof.ts';
import { type ListProof, type ListShown, proveLists } from './list-proof.ts';
import type { Turn } from './turn.ts';

/** Who else is asked before anything follows from what OpenAI refuses or does not show; each once a turn. */
export class Witnesses {
  readonly #turn: Turn;
  #key: Promise<Proof> | undefined;
  #lists: ListShown | undefined;

  constructor(turn: Turn) {
    this.#turn = turn;
  }

  /** Whose key it is: all lanes wait for the same answer. */
  key(): Promise<Proof> {
    this.#key ??= proveKey(this.#turn);
    return this.#key;
  }

  /** Whether lists show what there is, where that of the checkpoint is empty; what it has shown itself tells nothing of that. */
  async lists(checkpoint: string): Promise<ListProof> {
    const isOfItself = this.#lists?.checkpoint === checkpoint;
    if (this.#lists === undefined || isOfItself) this.#lists = await proveLists(this.#turn, checkpoint);
    return this.#lists.proof;
  }

  /** A list has shown something of ours. */
  noteShown(): void {
    this.#lists = { checkpoint: null, proof: 'known' };
  }
}
