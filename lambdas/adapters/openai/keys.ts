import * as z from 'zod/mini';
import { RefusedError } from '../../core/errors.ts';
import type { KeyFacts, KeyPage, KeysApi, MadeKey, NewKey } from '../../core/keys/ports.ts';
import { holdsKey } from '../../core/model/key-shape.ts';
import { deleteOne, millis, pathOf } from './collection.ts';
import type { OpenAIHttp } from './http.ts';
import { expiryToSend, scopesToSend } from './key-orders.ts';
import { nextCursor, PAGE_SIZE } from './page.ts';
import { id, secretValue, time } from './schemas.ts';

const page = <Item extends z.ZodMiniType>(item: Item) => z.object({ data: z.array(item), has_more: z.boolean() });
const nullishTime = z.nullish(time);
const words = z.nullish(z.string());
const person = z.nullish(z.object({ id: words, name: words }));

const key = z.object({
  id,
  name: words,
  // OpenAI's word that it is redacted is not taken for it. One key that shows nothing must not hide the others.
  redacted_value: z.pipe(
    words,
    z.transform((value) => (holdsKey(value ?? '') ? '[redacted]' : (value ?? ''))),
  ),
  created_at: time,
  expires_at: nullishTime,
  last_used_at: nullishTime,
  owner: z.nullish(z.object({ type: words, id: words, name: words, user: person, service_account: person })),
});
const keyPage = page(key);

const made = z.object({ id, value: secretValue, expires_at: nullishTime });

const account = z.object({ id, name: z.string(), role: words });
const projectItem = z.object({ id, name: words, created_at: time });

const ADMIN_KEYS = '/organization/admin_api_keys';

/** The endpoints of keys; `http` must carry the admin key. Source: OpenAI's OpenAPI document, and openai 7.59.0. */
export function createKeysApi(http: OpenAIHttp): KeysApi {
  async function list<T extends { readonly id: string }, Item>(
    path: string,
    after: string | null,
    answer: z.ZodMiniType<{ data: T[]; has_more: boolean }>,
    toItem: (item: T) => Item,
    query: Readonly<Record<string, string>> = {},
  ): Promise<KeyPage<Item>> {
    const asked = { limit: PAGE_SIZE, ...query, ...(after === null ? {} : { after }) };
    const found = await http.call({ method: 'GET', path, query: asked, answer });
    return { items: found.data.map(toItem), next: nextCursor(found, after) };
  }

  return {
    listAdminKeys: (after) => list(ADMIN_KEYS, after, keyPage, toFacts),
    async getAdminKey(keyId) {
      return toFacts(
        await http.call({ method: 'GET', path: pathOf`/organization/admin_api_keys/${keyId}`, answer: key }),
      );
    },
    async createAdminKey(asked) {
      return toMade(await http.call({ method: 'POST', path: ADMIN_KEYS, body: bodyOf(asked), answer: made }));
    },
    deleteAdminKey: (keyId) => deleteOne(http, pathOf`/organization/admin_api_keys/${keyId}`),

    listProjects: (after) =>
      list('/organization/projects', after, page(projectItem), ({ id: projectId, name, created_at }) => ({
        id: projectId,
        name: name ?? '',
        createdAt: created_at * 1_000,
      })),

    listServiceAccounts: (projectId, after) =>
      list(pathOf`/organization/projects/${projectId}/service_accounts`, after, page(account), toAccount),
    async createServiceAccount(projectId, name) {
      const path = pathOf`/organization/projects/${projectId}/service_accounts`;
      const body = { name, create_service_account_only: true };
      return toAccount(await http.call({ method: 'POST', path, body, answer: account }));
    },
    async setRole(projectId, accountId, role) {
      const path = pathOf`/organization/projects/${projectId}/service_accounts/${accountId}`;
      await http.call({ method: 'POST', path, body: { role }, answer: account });
    },
    deleteServiceAccount: (projectId, accountId) =>
      deleteOne(http, pathOf`/organization/projects/${projectId}/service_accounts/${accountId}`),

    // Left out, some keys that work are not listed.
    listProjectKeys: (projectId, after) =>
      list(pathOf`/organization/projects/${projectId}/api_keys`, after, keyPage, toFacts, {
        owner_project_access: 'any',
      }),
    async getProjectKey(projectId, keyId) {
      const path = pathOf`/organization/projects/${projectId}/api_keys/${keyId}`;
      return toFacts(await http.call({ method: 'GET', path, answer: key }));
    },
    async createProjectKey(projectId, accountId, { scopes, ...asked }) {
      const path = pathOf`/organization/projects/${projectId}/service_accounts/${accountId}/api_keys`;
      const body = { ...bodyOf(asked), ...scopesIn(scopes) };
      return toMade(await http.call({ method: 'POST', path, body, answer: made }));
    },
    async updateProjectKey(projectId, keyId, { scopes, expiresInSeconds }) {
      const path = pathOf`/organization/projects/${projectId}/api_keys/${keyId}`;
      const body = { ...scopesIn(scopes), ...expiryToSend(expiresInSeconds) };
      if (Object.keys(body).length === 0) throw new RefusedError('Nothing is to be changed of this key');
      return toFacts(await http.call({ method: 'POST', path, body, answer: key }));
    },
    deleteProjectKey: (projectId, keyId) =>
      deleteOne(http, pathOf`/organization/projects/${projectId}/api_keys/${keyId}`),
  };
}

function bodyOf({ name, expiresInSeconds }: NewKey) {
  return { name, ...expiryToSend(expiresInSeconds) };
}

function scopesIn(scopes: readonly string[] | null) {
  return scopes === null ? {} : { scopes: scopesToSend(scopes) };
}

function toFacts({ owner, ...answer }: z.output<typeof key>): KeyFacts {
  const whose = owner?.user ?? owner?.service_account ?? owner;
  return {
    id: answer.id,
    name: answer.name ?? null,
    redactedValue: answer.redacted_value,
    createdAt: answer.created_at * 1_000,
    expiresAt: millis(answer.expires_at),
    lastUsedAt: millis(answer.last_used_at),
    owner: { type: owner?.type ?? 'unknown', id: whose?.id ?? null, name: whose?.name ?? null },
  };
}

function toMade({ id: keyId, value, expires_at }: z.output<typeof made>): MadeKey {
  return { id: keyId, value, expiresAt: millis(expires_at) };
}

function toAccount({ id: accountId, name, role }: z.output<typeof account>) {
  return { id: accountId, name, role: role ?? 'unknown' };
}
