export interface FakeModel {
  readonly id: string;
  /** The project that trained it; null for OpenAI's own models. */
  readonly projectId: string | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly ownedBy: string;
  /** `YYYY-MM-DD`, or null while none is announced. */
  readonly shutdownDate: string | null;
}

/** OpenAI's own models and every checkpoint that can be used. */
export class Models {
  readonly #models = new Map<string, FakeModel>();

  put(model: FakeModel): FakeModel {
    this.#models.set(model.id, model);
    return model;
  }

  find(id: string): FakeModel | undefined {
    return this.#models.get(id);
  }

  delete(id: string): boolean {
    return this.#models.delete(id);
  }
}
