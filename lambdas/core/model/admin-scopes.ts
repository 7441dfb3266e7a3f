import type { AdminCall } from '../pacing/endpoints.ts';

/** What a kind of admin call needs of the admin key. */
export interface AdminScope {
  /** As OpenAI's own refusals name it: no document lists the scopes of these endpoints. */
  readonly scope: string;
  /** What comes of it where the key lacks it; whole sentences. */
  readonly without: string;
}

const WRITE = {
  scope: 'api.fine_tuning.checkpoints.write',
  without: 'Nothing is granted and nothing is revoked.',
};

/** The scopes that a refusal of OpenAI's names as missing; undefined where it names none. */
export function missingScopesIn(refusal: string): string | undefined {
  return /missing scopes?: *([\w., ]*\w)/i.exec(refusal)?.[1];
}

export const ADMIN_SCOPES: Readonly<Record<AdminCall, AdminScope>> = {
  create: WRITE,
  delete: WRITE,
  list: {
    scope: 'api.fine_tuning.checkpoints.read',
    without:
      'New checkpoints are shared at full pace, but nothing is verified: drift is not found, what a call did whose answer was ' +
      'lost stays unknown, and checkpoints that are older than the ledger are shared without a look first.',
  },
  audit: {
    scope: 'api.audit_logs.read',
    without: 'Drift is found by listing checkpoints instead, which is slower.',
  },
  project: {
    scope: 'api.management.read',
    without:
      "Whether the key is of the right organisation cannot be told: that something is gone takes the source's word.",
  },
  'model-permissions': {
    scope: 'api.management.read',
    without: 'Only "ckpt verify" needs it.',
  },
};
