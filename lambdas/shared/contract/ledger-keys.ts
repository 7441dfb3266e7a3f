/** Attribute, index and partition names of the ledger's table: the stack makes them, the adapter uses them. */
export const LEDGER = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Time to live, in seconds since the epoch; set only on items that may go. */
  ttl: 'ttl',
  /** Under which schema the item was written: `SCHEMA`. */
  schema: 'schema',
  /** Sparse index of checkpoints with work to do, and of jobs to be read again: partition = lane, sort = priority and time. */
  dueIndex: 'due',
  dueLane: 'dueLane',
  dueOrder: 'dueOrder',
} as const;

/**
 * The schema of every item that this version writes; an item without one is of the first. It is raised when an item comes to mean
 * something that older functions would get wrong, and not for a field that they may overlook (docs/adr/0014).
 */
export const SCHEMA = 1;

/** The partitions of the ledger's table, one a kind of item; IAM conditions are written on them. */
export const PARTITION = {
  checkpoint: 'CHECKPOINT',
  job: 'JOB',
  permissionId: 'PERMISSION_ID',
  /** What was done, by time. */
  event: 'EVENT',
  /** The same, by checkpoint. */
  history: 'HISTORY',
  /** The same, until it is published. */
  outbox: 'OUTBOX',
  /** Which checkpoint or job has changed, where no event tells of it, by time. They go after some days. */
  change: 'CHANGE',
  /** What a full pass of many steps is to revoke, until all of it has been counted. They go after some days. */
  revocation: 'REVOCATION',
  source: 'SOURCE',
  sweep: 'SWEEP',
  state: 'STATE',
  model: 'MODEL',
  refusedProject: 'REFUSED_PROJECT',
  /** Keys that were made here: what they may do and which secret holds them, never their values. */
  key: 'KEY',
  /** As whom at OpenAI the sources without a stored key are read. */
  identity: 'IDENTITY',
  lease: 'LEASE',
  pacer: 'PACER',
} as const;
