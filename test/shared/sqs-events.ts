import type { SQSEvent, SQSRecord } from 'aws-lambda';

/** A message as Lambda hands it over; an object is sent as JSON. */
export function sqsRecord(messageId: string, body: unknown, attempt = 1): SQSRecord {
  return {
    messageId,
    receiptHandle: `receipt-${messageId}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: String(attempt),
      SentTimestamp: '1795000000000',
      SenderId: 'AIDATEST',
      ApproximateFirstReceiveTimestamp: '1795000000001',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:000000000000:observe',
    awsRegion: 'eu-west-1',
  };
}

export function sqsEvent(...records: readonly SQSRecord[]): SQSEvent {
  return { Records: [...records] };
}

/** The messages that an answer lets come back. */
export function failuresIn({
  batchItemFailures,
}: {
  readonly batchItemFailures: readonly { itemIdentifier: string }[];
}) {
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}
