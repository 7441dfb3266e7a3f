/** Metrics of one checkpoint, by OpenAI's names. */
export type FakeMetrics = Readonly<Record<string, number>>;

export interface FakeCheckpoint {
  /** `ftckpt_…`, which the permission API fails on. */
  readonly id: string;
  /** The model id, `ft:…`. */
  readonly checkpoint: string;
  readonly step: number;
  readonly final: boolean;
  readonly metrics: FakeMetrics;
}

export interface FakeJob {
  readonly id: string;
  readonly projectId: string;
  readonly baseModel: string;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly trainingFile: string;
  readonly validationFile: string | null;
  readonly seed: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  finishedAt: number | null;
  status: string;
  /** The name that the final model has, or will have if the job succeeds. */
  readonly finalModel: string;
  /** What it leaves, or will leave, lowest step first; the last one is the final model if the job succeeds. */
  readonly checkpoints: readonly FakeCheckpoint[];
}

/** The checkpoints that can be used: all that a successful job left, and the intermediate ones of a cancelled job. */
export function availableCheckpoints(job: FakeJob): readonly FakeCheckpoint[] {
  if (job.status === 'succeeded') return job.checkpoints;
  return job.status === 'cancelled' ? job.checkpoints.filter(({ final }) => !final) : [];
}

export class Jobs {
  readonly #jobs: FakeJob[] = [];

  add(job: FakeJob): FakeJob {
    if (this.find(job.id)) throw new Error(`Job ${job.id} is there already: use another id.`);
    this.#jobs.push(job);
    return job;
  }

  find(id: string): FakeJob | undefined {
    return this.#jobs.find((job) => job.id === id);
  }

  /** For the test itself: throws for a job that was never added. */
  need(id: string): FakeJob {
    const job = this.find(id);
    if (!job) throw new Error(`Add job ${id} first.`);
    return job;
  }

  /** Newest first; of the same time, the one added last first. */
  ofProject(projectId: string | null): readonly FakeJob[] {
    return this.#jobs
      .filter((job) => job.projectId === projectId)
      .reverse()
      .sort((a, b) => b.createdAt - a.createdAt);
  }
}
