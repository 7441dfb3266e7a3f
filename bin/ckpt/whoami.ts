import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';

/** The record has room for the name of whoever asks, and waits no longer for it than this. */
const WITHIN_MS = 3_000;

/**
 * Who the credentials are, as an ARN, for the record of what is done; null where AWS does not say in time. Every identity may
 * ask for its own: no right is needed.
 */
export async function askWhoami(config: STSClientConfig): Promise<string | null> {
  const client = new STSClient({
    ...config,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: WITHIN_MS, requestTimeout: WITHIN_MS, throwOnRequestTimeout: true },
  });
  try {
    const { Arn = null } = await client.send(new GetCallerIdentityCommand({}));
    return Arn;
  } catch {
    // What is wrong with the credentials, the command itself says better.
    return null;
  } finally {
    client.destroy();
  }
}
