import { z } from 'zod';
import type { ShowDocument } from '../show.ts';
import { schemaOf } from './schema-of.ts';
import { shownCheckpoint } from './show-checkpoint.ts';
import { shownJob } from './show-job.ts';

/** What `ckpt show` prints. */
export const showDocument = schemaOf<ShowDocument>()(
  z.union([shownCheckpoint, shownJob]).describe('What is known of one checkpoint, or of one job.'),
);
