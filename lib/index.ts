/**
 * Checkpoint Sharing as a construct for your own CDK app.
 *
 * @packageDocumentation
 */
export { CheckpointSharing } from './checkpoint-sharing.ts';
export type * from './construct-types.ts';
export type * from './policy-types.ts';
