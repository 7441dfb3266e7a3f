import { z } from 'zod';
import type { EventsDocument } from '../events.ts';
import { eventEntry } from './event.ts';
import { schemaOf } from './schema-of.ts';

/** What `ckpt events` prints. */
export const eventsDocument = schemaOf<EventsDocument>()(
  z.array(eventEntry).describe('What was done, by whom and why, the newest first.'),
);
