import type { Worth } from '../../core/pacing/key-standing.ts';
import type { AdminCalls } from './admin-calls.ts';
import { type Proof, proveKey } from './key-proof.ts';
import { type ListProof, type ListShown, proveLists } from './list-proof.ts';

/** Who else is asked before anything follows from what OpenAI refuses or does not show; each once a turn. */
export class Witnesses {
  readonly #turn: AdminCalls;
  #key: Promise<Proof> | undefined;
  #lists: ListShown | undefined;

  constructor(turn: AdminCalls) {
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

  /**
   * What a refusal of single checkpoints or projects is worth, in OpenAI's words `said`: nothing where the key is another
   * organisation's, and not all where nobody can tell.
   */
  async judgeRefusal(names: readonly string[], said: string): Promise<Worth | 'foreign'> {
    switch (await this.key()) {
      case 'known':
        return 'believed';
      case 'foreign':
        return 'foreign';
      case 'later':
        return this.#turn.resting.isKeyOurs() ? 'believed' : 'only';
      case 'unproven':
        return this.#turn.noteRefused(names, said);
    }
  }
}
