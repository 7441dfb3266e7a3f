import { z } from 'zod';
import type { Finding } from '../../../lambdas/shared/contract/operator.ts';
import type { DoctorDocument } from '../doctor.ts';
import { isoTime } from './parts.ts';
import { schemaOf } from './schema-of.ts';

const finding = schemaOf<Finding>()(
  z.strictObject({
    check: z
      .string()
      .describe('Of the check, and of the source where it is of one: admin-key, project-key research, ….'),
    state: z
      .enum(['good', 'notice', 'bad', 'waiting'])
      .describe('waiting: it could not be checked in time, for want of a slot for its admin call.'),
    message: z.string().describe('What was found, a whole sentence.'),
    mend: z.string().nullable().describe('How to mend it, a whole sentence; null where there is nothing to mend.'),
    retryAfterSeconds: z.number().nullable().describe('When it is waiting: after how many seconds to ask again.'),
  }),
);

/** What `ckpt doctor` prints. */
export const doctorDocument = schemaOf<DoctorDocument>()(
  z
    .strictObject({
      at: isoTime.describe("As of when, by the operator function's clock."),
      version: z.string().describe('Version of the deployed code.'),
      ok: z.boolean().describe('Whether nothing is bad.'),
      findings: z.array(finding).describe('What each check has found.'),
    })
    .describe('Everything that could be wrong with an installation, looked at.'),
);
