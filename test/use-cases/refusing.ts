import { ContentionError, RowRefusedError } from '../../lambdas/core/errors.ts';

/** What keeps one row from being written: by its own fault, or because of something that passes. */
export const REFUSALS = {
  'is too large': new RowRefusedError('ft:…', 'it would have 500000 bytes, and DynamoDB takes 409600'),
  'DynamoDB refuses': named('ValidationException', 'Item size has exceeded the maximum allowed size'),
  'is throttled': named('ProvisionedThroughputExceededException', 'Too many requests'),
  'stays busy': new ContentionError('DynamoDB was too busy'),
} as const;

/** What concerns every row. */
export const TABLE_TROUBLE = {
  'no access': named('AccessDeniedException', 'not authorized to perform dynamodb:PutItem'),
  'no table': named('ResourceNotFoundException', 'Requested resource not found'),
} as const;

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
