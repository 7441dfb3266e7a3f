import * as z from 'zod/mini';
import { MOST_EXPIRY_SECONDS } from '../../core/keys/ports.ts';
import { bytesOf } from '../../core/model/bytes.ts';
import { MOST_PACKED_BYTES } from '../../core/policy/pack.ts';
import type { Checked } from './doctor.ts';
import type { EventsPage } from './events.ts';
import type { Explained } from './explain.ts';
import type { JobsPage, ShownJob } from './jobs.ts';
import type {
  AdminKey,
  AdminKeysPage,
  CheckedKeys,
  ConnectingSource,
  DeletedKey,
  DisconnectedSource,
  MadeAdminKey,
  MadeProjectKey,
  OfProject,
  ProjectKey,
  ProjectKeysPage,
  TestedSource,
} from './keys.ts';
import type { PauseStatus, Redriven } from './pause.ts';
import type {
  AdoptResult,
  ForgottenJob,
  HeldResult,
  ListPage,
  ModelAccess,
  Repaired,
  RevokeResult,
  Settling,
  ShareResult,
} from './permissions.ts';
import type { Applied, Believed, Confirmed, Plan } from './plan.ts';
import type { Progress, ReconcileStarted } from './reconcile.ts';
import type { Shown } from './show.ts';
import type { Status, Version } from './status.ts';
import type { SignedEvent, VerifiedDelivery } from './webhook.ts';

/** What `list` can be narrowed by. */
export const FILTERS = ['project', 'source', 'state', 'rule', 'job', 'checkpoint'] as const;
export type FilterName = (typeof FILTERS)[number];

/** Bytes of a text that names something: no key of the ledger is longer. */
const MOST_BYTES = 1_024;
/** Of a reason that is sent; of what is longer than is kept, the beginning is. */
const MOST_WHY_BYTES = 100_000;
/** Of a header or body of a delivery: what the webhook function takes, as base64. */
const MOST_DELIVERY_BYTES = 400_000;
/** More than any delivery can be late: OpenAI gives up after 72 hours. */
const MAX_AGE_SECONDS = 7 * 86_400;
/** The ledger gives no more than 1 MB of events at a time, whatever is asked for. */
const MOST_EVENTS = 1_000;

// What is wrong with a field is said as the end of "the field "…", …".
const anyText = z.string('which is no text');
const text = upTo(MOST_BYTES, z.string('which is no text').check(z.minLength(1, 'which is no text')));
const textOrNull = z._default(z.nullable(upTo(MOST_BYTES, anyText)), null);
const texts = z._default(
  z.readonly(z.array(upTo(MOST_BYTES, z.string('which is no list of texts')), 'which is no list of texts')),
  [],
);
const flag = z._default(z.boolean('which is neither true nor false'), false);
const time = z.pipe(
  text.check(z.refine((value) => Number.isFinite(Date.parse(value)), 'which is no time')),
  z.transform((value) => new Date(value).toISOString()),
);
const timeOrNull = z._default(z.nullable(time), null);
/** A header that did not come is empty, as it is to the webhook function. */
const header = z._default(upTo(MOST_DELIVERY_BYTES, anyText), '');

/** Bytes, as base64. */
const base64 = (most: number) =>
  upTo(most, anyText).check(
    z.refine((value) => Buffer.from(value, 'base64').toString('base64') === value, 'which is no base64'),
  );
/** Another policy than the deployed one, as `packPolicy` makes it; null = the deployed one. */
const otherPolicy = z._default(z.nullable(base64(MOST_PACKED_BYTES)), null);

function upTo<Schema extends z.ZodMiniString>(most: number, schema: Schema): Schema {
  const error = (issue: { readonly input?: unknown }) => `has ${bytesOf(String(issue.input))} bytes; ${most} are taken`;
  return schema.check(z.refine((value) => bytesOf(value) <= most, { error, params: { tooLong: true } }));
}

function countFrom(least: number, most: number) {
  const error = `which is no whole number from ${least} to ${most}`;
  return z.number(error).check(z.refine((value) => Number.isInteger(value) && value >= least && value <= most, error));
}

/** Only says what would be done, or why it would be refused; the answer is the same. */
const dryRun = flag;

/** One target: a whole checkpoint's, or by permission id. */
const selection = {
  /** Null where a permission id says it. */
  checkpoint: textOrNull,
  permissionId: textOrNull,
  /** Narrows a checkpoint's permissions; none = all, where `all` says so, or where there is only one. */
  projects: texts,
  all: flag,
};

interface Definition<Result, Request extends z.ZodMiniObject> {
  /** What is asked: fields that the command does not know are refused. */
  readonly request: Request;
  /** Whether something is done of which a trace is kept, with the name of who asked for it. */
  readonly acts: boolean;
  /** What comes back; a type alone. */
  readonly result?: Result;
}

function defineCommand<Result>(acts: boolean) {
  return <Shape extends z.core.$ZodLooseShape>(
    shape: Shape,
  ): Definition<Result, z.ZodMiniObject<Shape, z.core.$strict>> => ({ request: z.strictObject(shape), acts });
}

const look = <Result>() => defineCommand<Result>(false);
const act = <Result>() => defineCommand<Result>(true);

/**
 * Every command of the operator function, once: its name, what is asked, what comes back, and whether it acts (`act`) or only
 * looks (`look`). Projects are aliases or `proj_…` ids, checkpoints `ft:…`, permissions `cp_…`, jobs `ftjob-…`; pages go on
 * from the `cursor` of the page before, null for the first.
 */
export const OPERATOR_COMMANDS = {
  /**
   * A permission has to fit every filter that has values, and fits a filter by fitting one of its values. `checkpoint` is a
   * glob; the others are compared whole. `overview`: also what else there is of the page's checkpoints that fit, or of all of
   * them where there is no filter.
   */
  list: look<ListPage>()({
    filter: z._default(
      z.strictObject(Object.fromEntries(FILTERS.map((name) => [name, texts])) as Record<FilterName, typeof texts>),
      Object.fromEntries(FILTERS.map((name) => [name, []])) as never,
    ),
    cursor: textOrNull,
    overview: flag,
  }),
  /** `endpoints`: OpenAI is asked, too, for the webhook endpoints of each source, a call with its project key. */
  status: look<Status>()({ endpoints: flag }),
  version: look<Version>()({}),
  /** With a policy: what would bring OpenAI to that one, if it were deployed now. */
  plan: look<Plan>()({ policy: otherPolicy }),
  /** Carries out the plan that has this id, if it still is the plan. `confirm`: the guard's id, given by a person. */
  apply: act<Applied>()({ planId: text, confirm: textOrNull }),
  /** Lets what waits under this id through, and starts a reconcile, which carries it out. */
  confirm: act<Believed | Confirmed>()({ id: text }),
  /** Starts the reconcile function, and does not wait for it. `verifyAll`: every tracked checkpoint is listed at OpenAI. */
  reconcile: look<ReconcileStarted>()({ verifyAll: flag }),
  /** `endedAt`: when the reconcile was first seen to have ended; what later ticks put up is not waited for. */
  progress: look<Progress>()({ askedAt: time, verifyAll: flag, endedAt: timeOrNull }),
  /** Shares what is drifted once more, whatever its rule says and however often it was gone; no project = all of it. */
  repair: act<Repaired>()({ checkpoint: text, project: texts, dryRun }),
  /** `what`: a checkpoint, a permission or a job. `live`: OpenAI is asked, too, one admin call a page of 100 permissions. */
  show: look<Shown>()({ what: text, live: flag }),
  /**
   * What each rule makes of a job, or of the job of a checkpoint, and how far it is with what they want; with a policy: of
   * that one's rules.
   */
  explain: look<Explained>()({ what: text, policy: otherPolicy }),
  jobs: look<JobsPage>()({ source: texts, status: texts, cursor: textOrNull }),
  events: look<EventsPage>()({ checkpoint: textOrNull, cursor: textOrNull, limit: countFrom(1, MOST_EVENTS) }),
  /** Shares a checkpoint with these projects, beside what the policy wants; `expiresAt` null = for good. */
  share: act<ShareResult>()({
    checkpoint: text,
    projects: texts,
    onDrift: z._default(z.enum(['repair', 'report'], 'which is neither repair nor report'), 'repair'),
    expiresAt: timeOrNull,
    dryRun,
  }),
  /** `withhold`: no rule shares it again by itself. */
  revoke: act<RevokeResult>()({ ...selection, dryRun, withhold: flag }),
  /**
   * Takes permissions over that are at OpenAI already, after a look there. Without a checkpoint the permission ids are looked
   * up, in the ledger and then in OpenAI's audit log. `madeTogether`: also those that were made in the same second as a named
   * one, for one POST makes all of its permissions at once, and whoever kept the id of one has lost the others.
   */
  adopt: act<AdoptResult>()({
    checkpoint: textOrNull,
    permissionIds: texts,
    projects: texts,
    all: flag,
    madeTogether: flag,
    dryRun,
  }),
  forget: act<HeldResult>()(selection),
  ignore: act<HeldResult>()({ ...selection, undo: flag, dryRun }),
  /** `source`: alias; null = every source is asked, in the policy's order. */
  'adopt-job': act<ShownJob>()({ jobId: text, source: textOrNull }),
  'forget-job': act<ForgottenJob>()({ jobId: text }),
  settling: look<Settling>()({ checkpoint: text, projects: texts }),
  /** With neither rules nor sources: everything. */
  pause: act<PauseStatus>()({
    rules: texts,
    sources: texts,
    why: z._default(z.nullable(upTo(MOST_WHY_BYTES, anyText)), null),
    dryRun,
  }),
  /** With neither rules nor sources: whatever is paused. Starts a reconcile, which takes up what has waited. */
  resume: act<PauseStatus>()({ rules: texts, sources: texts, dryRun }),
  /** Moves the dead letters back into the queue. */
  redrive: act<Redriven>()({}),
  /** Whether one project can use one checkpoint, as far as its own settings go. One admin call at most. */
  'model-access': look<ModelAccess>()({ checkpoint: text, project: text }),
  /** `only`: names of the checks to be made; none = all. */
  doctor: look<Checked>()({ only: texts }),
  /**
   * Signs a test event with a source's webhook secret, as if it were sent `ageSeconds` ago; with `badSignature` one byte of
   * the body is changed after that. `jobId` null: a made-up one.
   */
  'webhook-sign': look<SignedEvent>()({
    source: text,
    type: text,
    jobId: textOrNull,
    ageSeconds: z._default(countFrom(0, MAX_AGE_SECONDS), 0),
    badSignature: flag,
  }),
  /** Holds a captured delivery against the checks of the webhook function, at a moment; null = now. */
  'webhook-verify': look<VerifiedDelivery>()({
    source: text,
    id: header,
    timestamp: header,
    signature: header,
    /** The raw bytes, in base64. */
    body: z._default(base64(MOST_DELIVERY_BYTES), ''),
    at: timeOrNull,
  }),
};

const expiry = z._default(z.nullable(countFrom(1, MOST_EXPIRY_SECONDS)), null);
/** An empty list means all rights at OpenAI: it is never taken for "none", and never sent. */
const scopes = z._default(
  z.nullable(
    z.readonly(
      z
        .array(upTo(MOST_BYTES, z.string('which is no list of scopes')), 'which is no list of scopes')
        .check(z.refine((list) => list.length > 0, 'which is empty: at OpenAI that would mean all rights')),
    ),
  ),
  null,
);
const project = z._default(z.nullable(text), null);

/**
 * Every command of the keys function, which alone may make, change and delete keys. A project is an alias or a `proj_…` id;
 * null = the organisation's default one. `secret`: where the value is to go, `NAME` for STACK/keys/NAME or an ARN; null = by
 * the key's own name. `expiresInSeconds` null = it never ends. `scopes` null = all rights.
 */
export const KEYS_COMMANDS = {
  'list-admin-keys': look<AdminKeysPage>()({ cursor: textOrNull }),
  'show-admin-key': look<AdminKey>()({ id: text }),
  'create-admin-key': act<MadeAdminKey>()({ name: text, expiresInSeconds: expiry, secret: textOrNull }),
  'delete-admin-key': act<DeletedKey>()({ id: text }),
  'list-project-keys': look<ProjectKeysPage>()({ project, cursor: textOrNull }),
  'show-project-key': look<ProjectKey>()({ project, id: text }),
  /** `serviceAccount`: its name or id; made where there is none of that name. */
  'create-project-key': act<MadeProjectKey & OfProject>()({
    project,
    serviceAccount: text,
    name: textOrNull,
    scopes,
    expiresInSeconds: expiry,
    secret: textOrNull,
  }),
  /** At least one of both: what is null stays as it is. */
  'update-project-key': act<ProjectKey>()({ project, id: text, scopes, expiresInSeconds: expiry }),
  'delete-project-key': act<DeletedKey & OfProject>()({ project, id: text }),
  /** Has OpenAI deliver the ends of a source's jobs, by its alias; what is so already is left as it is. */
  'connect-source': act<ConnectingSource>()({ source: text }),
  /** `since` null: has OpenAI send a test event. Else only looks whether a delivery has verified since then. */
  'test-source': look<TestedSource>()({ source: text, since: timeOrNull }),
  /** Takes the webhook endpoint away; the secrets stay. */
  'disconnect-source': act<DisconnectedSource>()({ source: text }),
  /**
   * What the secrets hold, and whether OpenAI accepts the admin key: one admin call, where there is one. `version`: the id of the
   * version of its secret that is meant; null = the current one.
   */
  'check-keys': look<CheckedKeys>()({ version: textOrNull }),
};

/** Every command of either function. */
export const COMMANDS = { ...OPERATOR_COMMANDS, ...KEYS_COMMANDS };

export type OperatorCommandName = keyof typeof OPERATOR_COMMANDS;
export type KeysCommandName = keyof typeof KEYS_COMMANDS;
export type CommandName = keyof typeof COMMANDS;

/** Of a command that takes no fields the schema says that every other is never there, even `command`. */
type Fields<Shape> = string extends keyof Shape ? unknown : Readonly<Shape>;

type Schema<Name extends CommandName> = (typeof COMMANDS)[Name]['request'];

/** What a command is asked with; what has a default may be left out. */
export type Asked<Name extends CommandName> = { readonly command: Name } & Fields<z.input<Schema<Name>>>;
export type OperatorRequest = { readonly [Name in CommandName]: Asked<Name> }[CommandName];

/** The same as the command gets it. */
export type RequestOf<Name extends CommandName> = Fields<z.output<Schema<Name>>>;
export type Selection = RequestOf<'forget'>;

export type ResultOf<Name extends CommandName> = NonNullable<(typeof COMMANDS)[Name]['result']>;
