import type { Author } from '../../core/events/event.ts';
import type { ConnectedIdentities, WebIdentity } from '../../core/identity/ports.ts';
import type { FederationRuleApi, IdentityProviderApi } from '../../core/identity-ports.ts';
import { mayTryAgain } from '../../core/pacing/rests.ts';
import type { PacerRules } from '../../core/pacing/window.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Ledger, PacerStore } from '../../core/ports/ledger.ts';
import type {
  AdminProbes,
  AuditLookupApi,
  JobApi,
  ModelApi,
  OrganisationApi,
  PermissionApi,
  ProjectApi,
  ProjectProbes,
  WebhookEndpointApi,
} from '../../core/ports/openai.ts';
import type { DeadLetters, MessageQueue, ReconcileStarter, ShareWaker } from '../../core/ports/queue.ts';
import type { Clock, Log, Sleep } from '../../core/ports/runtime.ts';
import type { SecretDates, Secrets } from '../../core/ports/secrets.ts';
import type { CommandName, QueueDepth, RequestOf, ResultOf } from '../../shared/contract/operator.ts';
import { changeState } from '../change.ts';
import type { Pacer } from '../pacer.ts';
import type { Named } from './dispatch.ts';

/**
 * What the operator's commands are wired with. With the admin key they only look: what they change is the ledger, which the
 * share function carries out.
 */
export interface OperateDeps {
  readonly policy: Policy;
  readonly ledger: Ledger;
  /** The same ledger, in which what is done is told as done by somebody else. */
  readonly ledgerAs: (author: Author) => Ledger;
  readonly pacerStore: Pick<PacerStore, 'read'>;
  readonly pacerRules: PacerRules;
  readonly pacer: Pacer;
  /** How much is in each queue; may throw. */
  readonly queues: Readonly<Record<'observe' | 'deadLetters', () => Promise<QueueDepth>>>;
  readonly waker: ShareWaker;
  readonly reconciler: ReconcileStarter;
  readonly redrive: {
    readonly deadLetters: DeadLetters;
    readonly queue: MessageQueue;
  };
  /** With the admin key; each call is an admin call, and has to be paced. */
  readonly admin: Pick<PermissionApi, 'list'> &
    ProjectApi &
    OrganisationApi &
    AuditLookupApi &
    AdminProbes & {
      readonly getIdentityProvider: IdentityProviderApi['get'];
      readonly listFederationRules: FederationRuleApi['list'];
    };
  /** With the project key of a source, by its alias; undefined where the function was told of none. */
  readonly sourceApi: (source: string) => SourceApi | undefined;
  /** Of the sources without a stored key. */
  readonly identity: IdentityDeps;
  readonly secrets: Secrets;
  readonly secretDates: SecretDates;
  /** ARNs or names of the secrets, as the stack has told them. */
  readonly secretIds: SecretIds;
  /** Where OpenAI delivers, without the source's alias and without a slash at its end. */
  readonly webhookUrl: string;
  /** The difference between OpenAI's clock and this function's, ms, as of the last answer; null before there was one. */
  readonly clockSkew: () => number | null;
  /** Version of the deployed code, as in package.json. */
  readonly version: string;
  readonly now: Clock;
  readonly sleep: Sleep;
  readonly log: Log;
}

/** How functions prove to OpenAI who they are. */
export interface IdentityDeps {
  readonly web: WebIdentity;
  readonly connected: Pick<ConnectedIdentities, 'get' | 'list'>;
  /** By function, the ARN of its role, of those that do; empty where every source has a key. */
  readonly roles: ReadonlyMap<string, string>;
}

export type SourceApi = JobApi & ModelApi & ProjectProbes & WebhookEndpointApi;

export interface SecretIds {
  readonly adminKey: string;
  /** By the source's alias. */
  readonly projectKeys: ReadonlyMap<string, string>;
  readonly webhookSecrets: ReadonlyMap<string, string>;
}

export type CommandDeps = Named<OperateDeps>;

/** The share function's next tick does the same within a minute: that it cannot be woken is no reason to fail. */
export async function wakeShare({ waker, log }: Pick<OperateDeps, 'waker' | 'log'>): Promise<void> {
  await waker.wake().catch((error: unknown) => {
    log.warn('The share function could not be woken; its next tick goes on', { error });
  });
}

/**
 * A person asks for something, who may have mended what OpenAI refused: what rests because of it is tried once more. Where
 * nothing was mended, the share function's first call is refused and it rests again.
 */
export async function tryKeyAgain({ ledger, now }: Pick<OperateDeps, 'ledger' | 'now'>): Promise<void> {
  await changeState(ledger, 'rests', (rests) => mayTryAgain(rests, now()));
}

/** Carries out one command of the operator function. */
export type Command<Name extends CommandName> = (
  deps: CommandDeps,
  request: RequestOf<Name>,
) => Promise<ResultOf<Name>>;
