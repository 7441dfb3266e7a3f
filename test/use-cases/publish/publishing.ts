import { readFileSync } from 'node:fs';
import type { SchemaObject } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { EVENT_SCHEMAS_FOLDER } from '../../../bin/ckpt/published.ts';
import type { EventBus, PublishedEvent } from '../../../lambdas/core/ports/event-bus.ts';
import type { DetailType, ToldPermission } from '../../../lambdas/shared/contract/published-events.ts';
import { asPrinted, problemsIn } from '../../ckpt/published-schema.ts';

/** The schema as it is published: the file, not what it is made from. */
export function eventSchema(type: DetailType): SchemaObject {
  const file = `${type.toLowerCase().replaceAll(' ', '-')}.v1.schema.json`;
  return JSON.parse(readFileSync(new URL(`../../../${EVENT_SCHEMAS_FOLDER}/${file}`, import.meta.url), 'utf8'));
}

const schemas = new Map<DetailType, SchemaObject>();

/** Fails where an event is not what the published schema of its detail-type says. */
export function expectAsPublished({ type, detail }: Pick<PublishedEvent, 'type' | 'detail'>): void {
  const schema = schemas.get(type) ?? eventSchema(type);
  schemas.set(type, schema);
  expect(problemsIn(schema, asPrinted(detail)), type).toEqual([]);
}

/** The permissions that an event tells of; none where it is about something else. */
export function toldPermissions({ detail }: PublishedEvent): readonly ToldPermission[] {
  return 'checkpoint' in detail ? detail.permissions : [];
}

/** A bus that keeps what it takes, and refuses what it is told to refuse. */
export function recordingBus() {
  const taken: PublishedEvent[] = [];
  const refused = new Set<string>();
  const bus: EventBus = {
    async put(events) {
      const whyNot = events.map(({ detail }) => (refused.has(detail.ledgerEvent) ? 'ThrottlingException: slow' : null));
      taken.push(...events.filter((_, index) => whyNot[index] === null));
      for (const event of events) expectAsPublished(event);
      return whyNot;
    },
  };
  return { bus, taken, refused };
}
