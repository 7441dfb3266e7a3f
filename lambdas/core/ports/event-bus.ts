import type { DetailOf, DetailType } from '../../shared/contract/published-events.ts';

/** One event for the bus. */
export interface PublishedEvent {
  readonly type: DetailType;
  /** When it was done, in milliseconds since the epoch. */
  readonly at: number;
  readonly detail: DetailOf<DetailType>;
}

/** Where events go for others to hear. */
export interface EventBus {
  /** Gives back, of each event, why it was not taken; null where it was. Throws where it cannot be asked. */
  put(events: readonly PublishedEvent[]): Promise<readonly (string | null)[]>;
}
