import { z } from 'zod';
import { projectAlias, projectId } from './parts.ts';

/** A project, and its alias where it has one. */
export const namedProject = z.strictObject({ projectId, project: projectAlias });
