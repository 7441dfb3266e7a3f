export const CHECKPOINT = 'ft:gpt-4o-mini-2024-07-18:org-xyz::ABcDeFgH';
export const OTHER = 'ft:gpt-4o-mini-2024-07-18:org-xyz:support:ZyXwVuTs:ckpt-step-40';

/** Must never come out of a state. */
export const CANARY = 'hunter2-canary';
export const KEY_CANARY = 'sk-admin-canary';

export const PERMISSION = 'openai_fine_tuning_checkpoint_permission';

export type Attributes = Readonly<Record<string, unknown>>;

export function aGrant(parts: Attributes = {}): Attributes {
  return {
    id: 'cp_1',
    checkpoint_id: CHECKPOINT,
    project_ids: ['proj_EU', 'proj_US'],
    created_at: 1_790_000_000,
    admin_api_key: KEY_CANARY,
    ...parts,
  };
}

/** A resource with one instance, as a state file has it. */
export function aResource(attributes: unknown = aGrant(), parts: Attributes = {}, instance: Attributes = {}) {
  return {
    mode: 'managed',
    type: PERMISSION,
    name: 'prod',
    provider: 'provider["registry.terraform.io/mkdev-me/openai"]',
    instances: [{ schema_version: 0, attributes, sensitive_attributes: [], private: CANARY, ...instance }],
    ...parts,
  };
}

const SECRETS = {
  mode: 'managed',
  type: 'openai_project_service_account',
  name: 'ci',
  instances: [{ attributes: { id: CANARY, api_key_value: KEY_CANARY } }],
};

/** A state file of version 4 with these resources, and others that hold secrets. */
export function aStateFile(resources: readonly unknown[], parts: Attributes = {}): string {
  return JSON.stringify({
    version: 4,
    terraform_version: '1.13.4',
    serial: 7,
    lineage: '5c2a1f0e-0000-0000-0000-000000000000',
    outputs: { key: { value: KEY_CANARY, type: 'string', sensitive: true } },
    resources: [SECRETS, ...resources],
    check_results: null,
    ...parts,
  });
}

/** A resource as `terraform show -json` has it. */
export function aShown(values: unknown = aGrant(), parts: Attributes = {}) {
  return {
    address: `${PERMISSION}.prod`,
    mode: 'managed',
    type: PERMISSION,
    name: 'prod',
    provider_name: 'registry.terraform.io/mkdev-me/openai',
    schema_version: 0,
    values,
    sensitive_values: { admin_api_key: true, project_ids: [false] },
    ...parts,
  };
}

export function shownValues(resources: readonly unknown[], children: readonly unknown[] = []) {
  const secret = { type: 'aws_db_instance', name: 'main', mode: 'managed', values: { password: CANARY } };
  return {
    outputs: { password: { value: CANARY, sensitive: true } },
    root_module: { resources: [secret, ...resources], child_modules: children },
  };
}

/** The output of `terraform show -json`. */
export function aShowOutput(resources: readonly unknown[], children: readonly unknown[] = []): string {
  return JSON.stringify({
    format_version: '1.0',
    terraform_version: '1.13.4',
    values: shownValues(resources, children),
  });
}
