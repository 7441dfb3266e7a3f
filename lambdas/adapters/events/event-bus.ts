import { type EventBridgeClient, PutEventsCommand, type PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import type { EventBus, PublishedEvent } from '../../core/ports/event-bus.ts';
import { EVENT_SOURCE } from '../../shared/contract/names.ts';

/** The most that one request takes, also of 256 KB together: no event has more than a tenth of that. */
const MOST_ENTRIES = 10;

/** The events on an EventBridge bus of this name. The SDK repeats what fails as a whole, not what is refused alone. */
export function createEventBus(client: EventBridgeClient, busName: string): EventBus {
  return {
    async put(events) {
      const refusals: (string | null)[] = [];
      for (let first = 0; first < events.length; first += MOST_ENTRIES) {
        const entries = events.slice(first, first + MOST_ENTRIES).map((event) => entryOf(event, busName));
        const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: entries }));
        refusals.push(...entries.map((_, index) => refusalOf(Entries[index])));
      }
      return refusals;
    },
  };
}

function entryOf({ type, at, detail }: PublishedEvent, busName: string) {
  return {
    EventBusName: busName,
    Source: EVENT_SOURCE,
    DetailType: type,
    Detail: JSON.stringify(detail),
    Time: new Date(at),
  };
}

/** What was not answered may not be there, either. */
function refusalOf({ EventId, ErrorCode, ErrorMessage }: PutEventsResultEntry = {}): string | null {
  if (EventId !== undefined) return null;
  return [ErrorCode ?? 'no answer', ErrorMessage ?? ''].filter(Boolean).join(': ');
}
