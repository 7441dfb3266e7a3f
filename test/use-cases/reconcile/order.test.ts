import { expect, it } from 'vitest';
import { readOrder } from '../../../lambdas/use-cases/reconcile/take-order.ts';

it.each([
  [
    { verifyAll: true, askedAt: 12 },
    { verifyAll: true, askedAt: 12 },
  ],
  [
    { verifyAll: false, askedAt: 12 },
    { verifyAll: false, askedAt: 12 },
  ],
  [{ verifyAll: 'yes', askedAt: '12' }, { verifyAll: false }],
  [{ version: '0', source: 'aws.scheduler' }, { verifyAll: false }],
  [{}, { verifyAll: false }],
  [null, { verifyAll: false }],
  ['tick', { verifyAll: false }],
])('the event %j asks for %j', (event, expected) => {
  expect(readOrder(event)).toEqual(expected);
});
