/**
 * What OpenAI's documents leave open, as switches. They are read at every request, so a test may change them in
 * between. The defaults are the friendliest answer, except where somebody has measured another one.
 */
export interface Quirks {
  /**
   * POST of a permission that exists: answers the old one under its old id, makes a second one for the same project,
   * or refuses the whole POST with a 400 that names the project (`fails-naming`) or none (`fails-silent`).
   */
  repeatedPost: 'returns-existing' | 'makes-second' | 'fails-naming' | 'fails-silent';
  /**
   * An unknown or archived project among `project_ids`: the whole POST is refused with a 400 that names the first such
   * project, or none; or it is carried out for the others and the bad one is simply missing from the answer.
   * The owning project is refused by name under every setting: that is documented.
   */
  badProject: 'fails-all-naming' | 'fails-all-silent' | 'left-out';
  /** Most `project_ids` in one POST; more are refused with a 400 that names none. */
  maxProjectIds: number;
  /** Order of the permissions that a POST answers. */
  answerOrder: 'given' | 'shuffled';
  /** Most permissions that the answer to a POST shows; when there are more, it says `has_more: true`. Null: all. */
  answerLimit: number | null;
  /** Milliseconds until a POSTed permission shows in a LIST. It counts as existing for POST and DELETE at once. */
  listLagMs: number;
  /** Projects whose permissions a LIST shows in a form that no document has: the project an object, the time a text. */
  oddPermissionsOf: readonly string[];
  /** How lists of jobs and of audit events end: told, or with no end of pages that are empty, or begin again with the first. */
  listEnd: 'told' | 'empty-pages' | 'circle';
  /** Whether the final model is itself the last of the checkpoints that its job lists. */
  finalModelListed: boolean;
  /** A job id of another form than OpenAI's own (`ftjob_…`, as in the example of its event): unknown, or refused. */
  oddJobId: 'not-found' | 'bad-request';
  /** Milliseconds for which a job says that it succeeded before it names its model. */
  modelLagMs: number;
  /**
   * Milliseconds after its job's end until the first checkpoint is listed, and then until the next one each. They can be
   * used at once.
   */
  checkpointsLagMs: number;
  /** Milliseconds after its job's end until a listed checkpoint has its metrics. */
  metricsLagMs: number;
  /** Most checkpoints that a job lists, the last ones. Documented is that those of earlier epochs go. Null: all. */
  checkpointsKept: number | null;
  /** `n_epochs` of a job: how many there were, or `auto` as it was asked for. */
  epochs: 'number' | 'auto';
  /** `error` of a job that did not fail. Documented is null, measured is `{}`. */
  jobErrorOnSuccess: 'null' | 'empty-object';
  /** Whether jobs carry fields that no document has. Measured: they do. */
  undocumentedFields: boolean;
  /** Organisations have to switch the audit log on; how OpenAI answers before that is not documented. */
  auditLog: 'on' | 'forbidden' | 'not-found';
  /** Order of the audit log by time. */
  auditOrder: 'descending' | 'ascending';
  /** Milliseconds until an event shows in the audit log. */
  auditLagMs: number;
  /**
   * How a key is refused that lacks a scope. Measured are a 401, a 403, and a 403 whose `error` is a bare string and not an
   * object.
   */
  missingScope: 'unauthorized' | 'forbidden' | 'forbidden-bare';
  /** Whether the audit log heeds `resource_ids[]`, which no example of the documents uses for a permission. */
  auditResourceFilter: 'works' | 'ignored';
  /** Milliseconds until a new key is accepted. */
  newKeyLagMs: number;
  /** Most seconds that a key may live, as organisations may demand; then every key has to end. Null: no demand. */
  keyLifetimeCap: number | null;
  /** Deleting a service account's key alone: OpenAI's documents of different ages disagree on whether that is possible. */
  accountKeyDelete: 'works' | 'refused';
  /** Webhook endpoints by http: documented is https alone, but a test may listen on loopback. */
  httpEndpoints: 'refused' | 'on-loopback';
  /** When the event of a test of a webhook endpoint is sent: before the test is answered, or by `deliverLate`. */
  endpointTest: 'at-once' | 'later';
  /** A test whose event was not taken: refused with a 400, or told as one that did not succeed. Documented is neither. */
  failedEndpointTest: 'refused' | 'told';
  /**
   * Which secrets sign on for 24 hours beside a new one that was asked for so: every one that still does, or the last alone.
   * Documented is the old one.
   */
  keptWebhookSecrets: 'all' | 'last';
  /** What a project's own endpoints answer to a service account without a role. */
  accountWithoutRole: 'forbidden' | 'works';
  /** Whether the signature of an identity's token is verified, against the keys that its provider names. */
  identityVerification: 'none' | 'jwks';
  /**
   * Whether `arn:aws:iam::ACCOUNT:root` passes for any role of that account: a local cloud may know no better who asked it
   * for a token.
   */
  rootStandsForAnyRole: boolean;
  /** Whether the list of federation rules heeds `service_account_id`, which the SDK has and no document tells of. */
  ruleFilter: 'works' | 'ignored';
  /** How an identity is refused; documented are all three. */
  refusedIdentity: 400 | 401 | 403;
  /**
   * Whether an answer with an access token says when it ends, in seconds. Documented is that it may not, and then an hour; OAuth
   * servers are known to say it as a text, or 0.
   */
  tokenLifetime: 'told' | 'left-out' | 'as-text' | 'zero';
  /** A project that never had a model allow or deny list. */
  noModelPermissions: 'empty-deny-list' | 'not-found';
}

export const DEFAULT_QUIRKS: Readonly<Quirks> = {
  repeatedPost: 'returns-existing',
  badProject: 'fails-all-naming',
  maxProjectIds: 100,
  answerOrder: 'given',
  answerLimit: null,
  listLagMs: 0,
  oddPermissionsOf: [],
  listEnd: 'told',
  finalModelListed: true,
  oddJobId: 'not-found',
  modelLagMs: 0,
  checkpointsLagMs: 0,
  metricsLagMs: 0,
  checkpointsKept: null,
  epochs: 'number',
  jobErrorOnSuccess: 'empty-object',
  undocumentedFields: true,
  auditLog: 'on',
  auditOrder: 'descending',
  auditLagMs: 0,
  missingScope: 'unauthorized',
  auditResourceFilter: 'works',
  newKeyLagMs: 0,
  keyLifetimeCap: null,
  accountKeyDelete: 'works',
  httpEndpoints: 'refused',
  endpointTest: 'at-once',
  failedEndpointTest: 'refused',
  keptWebhookSecrets: 'all',
  accountWithoutRole: 'forbidden',
  identityVerification: 'jwks',
  rootStandsForAnyRole: false,
  ruleFilter: 'works',
  refusedIdentity: 401,
  tokenLifetime: 'told',
  noModelPermissions: 'empty-deny-list',
};
