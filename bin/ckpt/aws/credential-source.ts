/** What of a profile says where its credentials come from; of several the first. */
const CREDENTIAL_SOURCES = [
  'sso_session',
  'sso_start_url',
  'login_session',
  'credential_process',
  'web_identity_token_file',
  'mfa_serial',
  'role_arn',
  'aws_access_key_id',
] as const;
export type CredentialSource = (typeof CREDENTIAL_SOURCES)[number];

export function credentialSourceIn(
  profile: Readonly<Record<string, string | undefined>>,
): CredentialSource | undefined {
  return CREDENTIAL_SOURCES.find((source) => profile[source]);
}

function signIn(option: string): string {
  return `Sign in with "aws sso login${option}", then repeat the command.`;
}

/**
 * The SDK tries one way after another, and says no more than that none worked: what to do follows from what the profile says.
 * `option` is " --profile NAME" where one was named. The command of a credential_process may hold a secret.
 */
export const NO_CREDENTIALS_NEXT: Readonly<Record<CredentialSource, (option: string) => string>> = {
  sso_session: signIn,
  sso_start_url: signIn,
  login_session: (option) => `Sign in with "aws login${option}", then repeat the command.`,
  credential_process: () =>
    'Run the credential_process of that profile by itself: it fails, or prints no credentials in the JSON that the AWS CLI documents.',
  web_identity_token_file: () =>
    'Check web_identity_token_file in the profile, or AWS_WEB_IDENTITY_TOKEN_FILE where that is set.',
  mfa_serial: (option) =>
    `It asks for an MFA code, which ckpt does not: put what "aws configure export-credentials${option} --format env" prints into the environment, and leave --profile out.`,
  role_arn: () =>
    'Check source_profile (or credential_source) of that profile: it has to be there, and to have credentials of its own.',
  aws_access_key_id: () => 'It has aws_access_key_id: check that aws_secret_access_key stands beside it.',
};
