import { z } from 'zod';
import type { WantedBy } from '../../../lambdas/shared/contract/operator.ts';
import { isoTime, onDrift, origin, projectAlias, projectId } from './parts.ts';
import { schemaOf } from './schema-of.ts';

/** Somebody's wish for one project. */
export const wantedBy = schemaOf<WantedBy>()(
  z.strictObject({
    projectId,
    project: projectAlias,
    rule: z.string().nullable().describe("Name of the rule; null for what is pinned, adopted or an operator's."),
    origin,
    onDrift,
    expiresAt: isoTime.nullable().describe('When the wish ends; null = never.'),
  }),
);
