/**
 * What the code under test can do by now. What it cannot is not drawn, or not expected of it; an entry goes when the code
 * that makes it true is there to stay.
 */
export interface Capabilities {
  /** Permissions that people delete or add behind its back are found without a call of its own that touches them. */
  readonly findsDrift: boolean;
  /** A deploy with another policy plans every known job again. */
  readonly replansJobs: boolean;
}

export const CAPABILITIES: Capabilities = { findsDrift: true, replansJobs: true };
