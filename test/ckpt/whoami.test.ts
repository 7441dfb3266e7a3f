import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { createOperator } from '../../bin/ckpt/aws/operator-function.ts';
import { CALLER, startLambda } from './lambda-server.ts';

it('who asks is found out once, and again as long as AWS has not said', async () => {
  await using lambda = await startLambda(() => ({ returned: { ok: true, result: {} } }));
  const statuses = [500, 200];
  let asked = 0;
  const sts = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const answer = await fetch(lambda.url, {
      method: 'POST',
      headers: { authorization: headers.authorization ?? '' },
      body,
    });
    response.writeHead(statuses[asked++] ?? 200).end(await answer.text());
  });
  sts.listen(0, '127.0.0.1');
  await once(sts, 'listening');
  const operator = createOperator(
    { stack: 'Sharing', color: false },
    {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDTEST',
      AWS_SECRET_ACCESS_KEY: 'secret-access-key',
      AWS_ENDPOINT_URL_LAMBDA: lambda.url,
      AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${(sts.address() as AddressInfo).port}`,
    },
  );
  try {
    for (let n = 0; n < 3; n++) await operator.ask({ command: 'resume' });
    expect(lambda.invocations.map(({ payload }) => (payload as { by?: string }).by)).toEqual([
      undefined,
      CALLER,
      CALLER,
    ]);
    expect(asked).toBe(2);
  } finally {
    sts.closeAllConnections();
    sts.close();
  }
});
