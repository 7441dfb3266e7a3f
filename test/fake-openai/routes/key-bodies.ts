import { badRequest } from '../api-error.ts';
import { unixSeconds } from '../pages.ts';
import type { ApiKey } from '../state/keys.ts';
import type { FakeServiceAccount } from '../state/service-accounts.ts';
import type { World } from '../state/world.ts';

const LONGEST_SECONDS = 31_536_000;

/** When a key ends that is asked for with `expires_in_seconds`, ms; null = never. Organisations may demand and cap it. */
export function readExpiry(body: Readonly<Record<string, unknown>>, { now, quirks }: World): number | null {
  const seconds = body.expires_in_seconds ?? null;
  const { keyLifetimeCap } = quirks;
  if (seconds === null) {
    if (keyLifetimeCap === null) return null;
    throw badRequest('API keys of this organization must have an expiration.', 'expires_in_seconds', 'expiry_required');
  }
  const most = keyLifetimeCap ?? LONGEST_SECONDS;
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 1 || seconds > most) {
    throw badRequest(`Invalid 'expires_in_seconds': expected an integer from 1 to ${most}.`, 'expires_in_seconds');
  }
  return now() + seconds * 1000;
}

export function readScopes(body: Readonly<Record<string, unknown>>): readonly string[] | null {
  const { scopes } = body;
  if (scopes === undefined) return null;
  const isList = Array.isArray(scopes) && scopes.every((scope) => /^[a-z_]+(\.[a-z_]+)+$/.test(String(scope)));
  if (!isList) throw badRequest("Invalid 'scopes': expected an array of scopes.", 'scopes', 'invalid_type');
  // Documented: an empty array is all permissions, not none.
  return scopes.length === 0 ? null : scopes;
}

/** What a person sees of a key who may not have it. */
export function redacted(value: string): string {
  return `${value.slice(0, 11)}...${value.slice(-4)}`;
}

export function secondsOrNull(ms: number | null): number | null {
  return ms === null ? null : unixSeconds(ms);
}

/** `AdminApiKey` of OpenAI's OpenAPI document. */
export function adminKeyBody({ id, name, value, createdAt, expiresAt, lastUsedAt, owner }: ApiKey) {
  return {
    object: 'organization.admin_api_key',
    id,
    name,
    redacted_value: redacted(value),
    created_at: unixSeconds(createdAt),
    expires_at: secondsOrNull(expiresAt),
    last_used_at: secondsOrNull(lastUsedAt),
    owner: {
      type: 'user',
      object: 'organization.user',
      id: owner.id,
      name: owner.name,
      created_at: unixSeconds(createdAt),
      role: 'owner',
    },
  };
}

/** `ProjectApiKey` of the same, with the `expires_at` that the npm package openai 7.59.0 knows. It shows no scopes. */
export function projectKeyBody(
  { id, name, value, createdAt, expiresAt, lastUsedAt, owner }: ApiKey,
  account: FakeServiceAccount | undefined,
) {
  const whose = { id: owner.id, name: owner.name, created_at: unixSeconds(createdAt) };
  return {
    object: 'organization.project.api_key',
    id,
    name,
    redacted_value: redacted(value),
    created_at: unixSeconds(createdAt),
    expires_at: secondsOrNull(expiresAt),
    last_used_at: secondsOrNull(lastUsedAt),
    owner_project_access: 'active',
    owner:
      owner.type === 'user'
        ? { type: 'user', user: { ...whose, email: `${owner.id}@example.com`, role: 'owner' } }
        : { type: 'service_account', service_account: { ...whose, role: account?.role ?? 'none' } },
  };
}

/** `ProjectServiceAccount` of the same. */
export function accountBody({ id, name, role, createdAt }: FakeServiceAccount) {
  return {
    object: 'organization.project.service_account',
    id,
    name,
    role,
    created_at: unixSeconds(createdAt),
  };
}

/** A key with its value, which is shown this once. */
export function newKeyBody({ id, name, value, createdAt, expiresAt }: ApiKey) {
  return {
    object: 'organization.project.service_account.api_key',
    id,
    name,
    value,
    created_at: unixSeconds(createdAt),
    expires_at: secondsOrNull(expiresAt),
  };
}
