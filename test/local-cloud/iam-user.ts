import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import type { ClientConfiguration, LocalCloud } from './cloud.ts';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

/**
 * Makes a user with these rights and no others, and returns the configuration for clients that act as that user. Rights
 * are evaluated, and signatures checked, in a cloud with enforced IAM only.
 */
export async function createUser(
  cloud: LocalCloud,
  userName: string,
  statements: readonly Statement[],
): Promise<ClientConfiguration> {
  const iam = new IAMClient(cloud.client);
  try {
    await iam.send(new CreateUserCommand({ UserName: userName }));
    const document = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    await iam.send(new PutUserPolicyCommand({ UserName: userName, PolicyName: 'rights', PolicyDocument: document }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: userName }));
    if (!AccessKey?.AccessKeyId || !AccessKey.SecretAccessKey)
      throw new Error(`No access key was made for ${userName}.`);
    const credentials = { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
    return { ...cloud.client, credentials };
  } finally {
    iam.destroy();
  }
}
