import { z } from 'zod';
import { isoTime, projectAlias, projectId, sourceAlias, type Told } from './parts.ts';

const secret = z.string().describe('ARN of the secret that holds the value.');

const keyFields = {
  id: z.string().describe("OpenAI's id of the key, key_…. Not the key itself, of which no document ever tells."),
  name: z.string().nullable().describe('Its name; null where it has none.'),
  redactedValue: z.string().describe('As OpenAI shows it: enough to tell it from others.'),
  createdAt: isoTime.describe('When it was made.'),
  expiresAt: isoTime.nullable().describe('When it ends; null = never.'),
  lastUsedAt: isoTime.nullable().describe('When it was last used; null = never.'),
  owner: z
    .strictObject({
      type: z.string().describe('user or service_account.'),
      id: z.string().nullable().describe("OpenAI's id of the owner; null where OpenAI does not say."),
      name: z.string().nullable().describe('Its name; null where OpenAI does not say.'),
    })
    .describe('Whose key it is.'),
  inUse: z.boolean().describe('Whether a secret of the stack holds it, so that the system works with it.'),
  secret: secret.nullable().describe('ARN of the secret that holds its value; null where none of ours does.'),
} as const;

const serviceAccount = z.strictObject({
  id: z.string().describe("OpenAI's id of the service account."),
  name: z.string().describe('Its name.'),
});

/** One admin key of the organisation. */
export const adminKey = z.strictObject(keyFields).describe('One admin key.');
export type AdminKey = Told<typeof adminKey>;

/** One key of a project. */
export const projectKey = z
  .strictObject({
    ...keyFields,
    projectId,
    project: projectAlias,
    serviceAccount: serviceAccount.nullable().describe('The service account that it belongs to; null for a person.'),
    scopes: z
      .array(z.string())
      .nullable()
      .describe(
        'What it may do, as it was made or changed here; null where OpenAI does not say, and where it may do all.',
      ),
    allRights: z
      .boolean()
      .nullable()
      .describe('Whether it may do all, as it was made or changed here; null where that is not known.'),
  })
  .describe('One project key.');
export type ProjectKey = Told<typeof projectKey>;

const made = {
  id: keyFields.id,
  name: z.string().describe('Its name.'),
  expiresAt: keyFields.expiresAt,
  secret,
};

export const madeAdminKey = z.strictObject(made).describe('An admin key was made; its value is in the secret.');
export type MadeAdminKey = Told<typeof madeAdminKey>;

export const madeProjectKey = z
  .strictObject({ ...made, serviceAccount: serviceAccount.describe('The service account that it belongs to.') })
  .describe('A project key was made; its value is in the secret.');
export type MadeProjectKey = Told<typeof madeProjectKey>;

export const deletedKey = z
  .strictObject({ id: keyFields.id, deleted: z.literal(true).describe('It is of no use any more.') })
  .describe('A key was deleted at OpenAI.');
export type DeletedKey = Told<typeof deletedKey>;

/** How OpenAI reaches a source, and how the system reads it. */
export const connectedSource = z
  .strictObject({
    source: sourceAlias,
    webhookEndpointId: z.string().describe("OpenAI's id of the webhook endpoint, whe_…."),
    url: z.string().describe('Where OpenAI delivers.'),
    eventTypes: z.array(z.string()).describe('Which events it delivers.'),
    keyless: z.boolean().describe('Whether the source is read with a workload identity, without a stored key.'),
    changed: z.boolean().describe('Whether anything had to be done.'),
  })
  .describe('A source is connected.');
export type ConnectedSource = Told<typeof connectedSource>;

/** Which project it was about: also where none was named. No part of what is printed. */
export interface OfProject {
  readonly projectId: string;
}

export const disconnectedSource = z
  .strictObject({
    ...connectedSource.shape,
    webhookEndpointId: z
      .string()
      .nullable()
      .describe("OpenAI's id of what was deleted, whe_…; null where none was there."),
    eventTypes: z.array(z.string()).describe('Which events it delivered.'),
  })
  .describe('A source is disconnected; its secrets stay.');
export type DisconnectedSource = Told<typeof disconnectedSource>;

export interface ConnectingSource extends ConnectedSource {
  /** Whether a delivery of OpenAI's has verified since the endpoint was last changed. */
  readonly verified: boolean;
}

/** Times are ISO 8601. */
export interface TestedSource {
  /** When OpenAI was asked, which is to be asked for with `since`. */
  readonly askedAt: string;
  /** When a delivery last verified, as far as that is since then; null: not yet. */
  readonly verifiedAt: string | null;
  /** Why OpenAI's event did not arrive, or may not have, a whole sentence; null where nothing is known to be wrong. */
  readonly failure: string | null;
}

/** What an installation lacks before it can work. No values. */
export interface CheckedKeys {
  readonly adminKey: {
    /** ARN of its secret. */
    readonly secret: string;
    /**
     * - `empty` the secret has no value
     * - `unusable` what it holds is no admin key
     * - `refused` OpenAI does not accept it
     * - `accepted` OpenAI accepts it, whatever it may do
     */
    readonly state: 'empty' | 'unusable' | 'refused' | 'accepted';
    /** What is wrong, a whole sentence; null where it is accepted. */
    readonly problem: string | null;
    /** Enough of the value to tell it from others; null where it is empty, or too short for that. */
    readonly redactedValue: string | null;
  };
  readonly sources: readonly {
    readonly source: string;
    /** ARN of the secret of its project key; null where it works without one. */
    readonly secret: string | null;
    readonly isEmpty: boolean;
  }[];
}

/** A page of keys; `cursor` null = the last. */
export interface AdminKeysPage {
  readonly keys: readonly AdminKey[];
  readonly cursor: string | null;
}

export interface ProjectKeysPage extends OfProject {
  readonly keys: readonly ProjectKey[];
  readonly project: string | null;
  readonly cursor: string | null;
}
