import type { IsoTime } from './iso-time.ts';

/** With neither rules nor sources: everything. */
export interface PauseRequest {
  readonly command: 'pause';
  readonly rules: readonly string[];
  readonly sources: readonly string[];
  readonly why: string | null;
}

/** With neither rules nor sources: whatever is paused. Starts a reconcile, which takes up what has waited. */
export interface ResumeRequest {
  readonly command: 'resume';
  readonly rules: readonly string[];
  readonly sources: readonly string[];
}

/** What is paused as of now. */
export interface PauseStatus {
  /** Null unless everything is. */
  readonly all: PauseWordStatus | null;
  readonly rules: readonly ({ readonly rule: string } & PauseWordStatus)[];
  readonly sources: readonly ({ readonly source: string } & PauseWordStatus)[];
}

export interface PauseWordStatus {
  readonly at: IsoTime;
  readonly by: string | null;
  readonly why: string | null;
}

/** Moves the dead letters back into the queue. */
export interface RedriveRequest {
  readonly command: 'redrive';
}

export interface Redriven {
  readonly moved: number;
  readonly jobIds: readonly string[];
  /** More may be left: time was up. */
  readonly left: boolean;
  /** Left where they are, because they name no job. */
  readonly unreadable: number;
}
