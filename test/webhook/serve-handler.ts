/**
 * Runs a webhook handler in this process, as Lambda would: the module to import is the first argument, each message
 * from the parent is an event, each answer a message back. What it logs goes to stdout and stderr.
 */
const { handler } = await import(String(process.argv[2]));
process.on('message', async (event) => {
  const answer = await handler(event, { awsRequestId: 'lambda-request-1', functionName: 'webhook' });
  process.send?.(answer);
});
process.send?.('ready');
