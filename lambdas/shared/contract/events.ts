import type { LedgerEvent } from '../../core/events/event.ts';
import type { IsoTime } from './iso-time.ts';

export interface EventsRequest {
  readonly command: 'events';
  /** `ft:…`; null for all. */
  readonly checkpoint: string | null;
  readonly cursor: string | null;
  /** 1 to 1000. */
  readonly limit: number;
}

/** One act that was carried out, with who did it and why. */
export type EventEntry = Omit<LedgerEvent, 'at'> & { readonly at: IsoTime };

/** Newest first. */
export interface EventsPage {
  readonly events: readonly EventEntry[];
  readonly cursor: string | null;
}
