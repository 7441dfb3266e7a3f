import { z } from 'zod';
import type { ListDocument } from '../list.ts';
import { listedPermission } from './permission.ts';
import { schemaOf } from './schema-of.ts';

/** What `ckpt list` prints. */
export const listDocument = schemaOf<ListDocument>()(
  z.array(listedPermission).describe('The permissions of the ledger, one object each. What is not known is null.'),
);
