/**
 * Checkpoint Sharing as a construct for your own CDK app.
 *
 * @packageDocumentation
 */
export { CheckpointSharing, type CheckpointSharingProps } from './checkpoint-sharing.ts';
export type { AlarmName, MetricName, TableReference } from './construct-types.ts';
export type * from './policy-types.ts';
