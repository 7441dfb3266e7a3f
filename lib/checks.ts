import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';

/** The rule packs that every synth is held against. A construct that departs from a rule says there, with evidence, why. */
export function rulePacks() {
  return [new AwsSolutionsChecks(), new ServerlessChecks()];
}
