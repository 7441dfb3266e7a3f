import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterEach, expect, it } from 'vitest';
import { createEventBus } from '../../../lambdas/adapters/events/event-bus.ts';
import { announce } from '../../../lambdas/core/events/checkpoint-event.ts';
import { publishedEvents } from '../../../lambdas/use-cases/publish/published.ts';
import { T0 } from '../../builders/checkpoints.ts';
import { aPolicy } from '../../core/policy/builders.ts';
import { type AwsCall, awsError, clientConfig, type Reply, startAwsServer } from '../secrets/aws-server.ts';

let server: Awaited<ReturnType<typeof startAwsServer>>;
afterEach(() => server.close());

async function busOn(answer: (call: AwsCall) => Reply) {
  server = await startAwsServer(answer);
  return createEventBus(new EventBridgeClient(clientConfig(server.url)), 'Sharing');
}

const entriesOf = ({ body }: AwsCall) => body.Entries as readonly Readonly<Record<string, unknown>>[];
const takeAll = (call: AwsCall): Reply => ({
  status: 200,
  body: { FailedEntryCount: 0, Entries: entriesOf(call).map((_, index) => ({ EventId: `e-${index}` })) },
});

const EVENTS = Array.from({ length: 23 }, (_, index) => {
  const plan = { act: 'plan-waiting', planId: `p${index}`, about: 'absences', permissions: 9, tracked: 10 } as const;
  return publishedEvents(
    announce(plan, 'a note', { actor: 'reconcile', plan: null }, T0, `${index}`),
    aPolicy([]),
    'S',
  );
}).flat();

it('puts events on its bus, ten a request, under the names that rules are written on', async () => {
  const bus = await busOn(takeAll);
  expect(await bus.put(EVENTS)).toEqual(Array(23).fill(null));
  expect(server.calls.map((call) => [call.operation, entriesOf(call).length])).toEqual([
    ['AWSEvents.PutEvents', 10],
    ['AWSEvents.PutEvents', 10],
    ['AWSEvents.PutEvents', 3],
  ]);
  const [first] = server.calls.flatMap(entriesOf);
  expect({ ...first, Detail: JSON.parse(String(first?.Detail)) }).toEqual({
    EventBusName: 'Sharing',
    Source: 'openai-checkpoint-sharing',
    DetailType: 'Plan Needs Confirmation',
    Detail: EVENTS[0]?.detail,
    Time: T0 / 1000,
  });
});

it('tells which of them were refused, and why, and takes one without an answer for refused', async () => {
  const bus = await busOn((call) => {
    const Entries = entriesOf(call).map((_, index) => ({ EventId: `e-${index}` }));
    const refused = { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' };
    return { status: 200, body: { FailedEntryCount: 1, Entries: [Entries[0], refused, Entries[2]] } };
  });
  expect(await bus.put(EVENTS.slice(0, 4))).toEqual([null, 'ThrottlingException: slow down', null, 'no answer']);
});

it('fails where the bus is not there, or may not be used', async () => {
  const bus = await busOn(() => awsError('AccessDeniedException', 'not authorized to perform: events:PutEvents'));
  await expect(bus.put(EVENTS)).rejects.toThrow('events:PutEvents');
});
