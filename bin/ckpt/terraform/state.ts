/** What a Terraform state says of checkpoint permissions: ids and addresses, nothing else that it holds. */
export interface TerraformState {
  /** In the order of the state, also those that say too little to be of use. */
  readonly permissions: readonly TerraformPermission[];
  readonly problems: readonly StateProblem[];
  /** `ftjob-…` of the fine-tuning jobs that Terraform started, each once. */
  readonly jobIds: readonly string[];
}

/** One instance of `openai_fine_tuning_checkpoint_permission`. */
export interface TerraformPermission {
  /** As Terraform names it: `module.eu.openai_fine_tuning_checkpoint_permission.prod["a"]`. */
  readonly address: string;
  /** `cp_…`; null where the provider never had one. */
  readonly permissionId: string | null;
  /** Model id, `ft:…`. */
  readonly checkpoint: string | null;
  /** `proj_…`, each once. After a refresh the provider keeps only one of several. */
  readonly projectIds: readonly string[];
}

/** Something in the state that could not be used, and what to do about it. */
export interface StateProblem {
  readonly address: string;
  /** Whole sentences. */
  readonly message: string;
}
