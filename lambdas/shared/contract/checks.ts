import type { IsoTime } from './iso-time.ts';

/** Whether one project can use one checkpoint, as far as its own settings go. One admin call at most. */
export interface ModelAccessRequest {
  readonly command: 'model-access';
  readonly checkpoint: string;
  readonly project: string;
}

export interface ModelAccess {
  readonly projectId: string;
  readonly project: string | null;
  /** What the project's allow or deny list says of the checkpoint; `unclear` where the list names its base model only. */
  readonly modelPermissions: 'allowed' | 'blocked' | 'unclear';
  readonly why: string | null;
  /** Whether the project itself sees the model; `no-key` where the stack has no key of it. */
  readonly sees: 'yes' | 'no' | 'no-key' | 'unknown';
  readonly seesWhy: string | null;
}

/** Everything that could be wrong with an installation is looked at. */
export interface DoctorRequest {
  readonly command: 'doctor';
  /** Names of the checks to be made; none = all. */
  readonly only: readonly string[];
}

export interface Checked {
  readonly at: IsoTime;
  readonly policyDigest: string;
  /** Version of the deployed code. */
  readonly version: string;
  readonly findings: readonly Finding[];
}

export interface Finding {
  /** Of the check: `admin-key`, `project-key research`, … */
  readonly check: string;
  /** `waiting`: it needs a slot of the pacer; see `retryAfterSeconds`. */
  readonly state: 'good' | 'notice' | 'bad' | 'waiting';
  /** What was found, a whole sentence. */
  readonly message: string;
  /** How to mend it, a whole sentence; null where there is nothing to mend. */
  readonly mend: string | null;
  readonly retryAfterSeconds: number | null;
}

/** Signs a test event with a source's webhook secret. Its type is one of a job's end, or one that nobody has a use for. */
export interface SignRequest {
  readonly command: 'webhook-sign';
  readonly source: string;
  /** `fine_tuning.job.succeeded`, `…failed`, `…cancelled`, or `checkpoint_sharing.test`. */
  readonly type: string;
  /** `ftjob-…`; null for a made-up one. */
  readonly jobId: string | null;
  /** Signed as if it were sent so many seconds ago. */
  readonly ageSeconds: number;
  /** One byte of the body is changed after it was signed. */
  readonly badSignature: boolean;
}

/** A delivery, ready to be sent. It is good for some minutes, and says nothing of the secret. */
export interface SignedEvent {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Holds a captured delivery against the checks of the webhook function. */
export interface VerifyDeliveryRequest {
  readonly command: 'webhook-verify';
  readonly source: string;
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  /** The raw bytes, in base64. */
  readonly body: string;
  /** The moment at which it is to be judged; null = now. */
  readonly at: IsoTime | null;
}

export interface VerifiedDelivery {
  /** Whether the webhook function would take it at that moment. */
  readonly accepted: boolean;
  /** In the order in which they are made; those after a failed one are made all the same. */
  readonly checks: readonly DeliveryCheck[];
  /** What it asks for; null when it is no event. */
  readonly event: { readonly type: string; readonly jobId: string | null } | null;
}

export interface DeliveryCheck {
  readonly check: 'id' | 'timestamp-format' | 'signature-format' | 'timestamp-tolerance' | 'signature' | 'event';
  readonly passed: boolean;
  /** Why it failed, or what was found. */
  readonly message: string | null;
}
