import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ACCOUNT_ID, REGION, ROOT } from './cloud.ts';

/** The checkout. */
export const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));

const BIN = join(CHECKOUT, 'node_modules', '.bin');

const PACKAGED = join(BIN, 'node');
/** The Node of the npm package `node`: Lambda's version, where the machine's own may be older. Without install scripts there is none. */
export const NODE = existsSync(PACKAGED) ? PACKAGED : process.execPath;

/** With the checkout's commands first, so that whatever says `node` gets Lambda's version. */
export function searchPath(): string {
  return [BIN, process.env.PATH ?? ''].join(delimiter);
}

interface Place {
  readonly directory: string;
  readonly port: number;
  readonly endpoint: string;
  /** The instance's own mark, given back by the health endpoint: another cloud's answer on this port is not ours. */
  readonly mark: string;
}

/**
 * MiniStack's environment, complete: functions inherit it, so nothing of the developer's own (proxies, AWS profiles,
 * NODE_OPTIONS) may be in it.
 */
export function serverEnvironment(
  { directory, port, endpoint, mark }: Place,
  options: { readonly enforceIam: boolean; readonly tls: { readonly cert: string; readonly key: string } | null },
): Record<string, string> {
  return {
    PATH: searchPath(),
    HOME: join(directory, 'home'),
    TMPDIR: join(directory, 'tmp'),
    LANG: 'C.UTF-8',
    PYTHONUNBUFFERED: '1',
    LOCAL_CLOUD_DIR: directory,
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    MINISTACK_HOST: 'localhost',
    MINISTACK_EDITION: mark,
    MINISTACK_REGION: REGION,
    MINISTACK_ACCOUNT_ID: ACCOUNT_ID,
    STATE_DIR: join(directory, 'state'),
    S3_DATA_DIR: join(directory, 's3'),
    LAMBDA_EXECUTOR: 'local',
    DOCKER_HOST: `unix://${directory}/no-docker`,
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    AUTH: String(options.enforceIam),
    // For the functions. Left out, MiniStack gives them 127.0.0.1, and the SQS client warns in their logs that queue URLs differ.
    AWS_ENDPOINT_URL: endpoint,
    // MiniStack's wrapper around a handler calls url.parse(), which would put a warning into every function's log.
    NODE_OPTIONS: '--disable-warning=DEP0169',
    ...(options.tls && {
      USE_SSL: '1',
      MINISTACK_SSL_CERT: options.tls.cert,
      MINISTACK_SSL_KEY: options.tls.key,
      NODE_EXTRA_CA_CERTS: options.tls.cert,
    }),
  };
}

/** What a client process needs to speak to this cloud and to nothing else. */
export function clientEnvironment(endpoint: string, directory: string, caFile: string | null): Record<string, string> {
  return {
    PATH: searchPath(),
    AWS_ENDPOINT_URL: endpoint,
    // By address, S3 clients put the bucket into the path; by name, before it, and not every system resolves *.localhost.
    AWS_ENDPOINT_URL_S3: endpoint.replace('localhost', '127.0.0.1'),
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCOUNT_ID: ACCOUNT_ID,
    AWS_ACCESS_KEY_ID: ROOT.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ROOT.secretAccessKey,
    // Blank counts as not set; a real session or profile of the developer's would win over the key above.
    AWS_SESSION_TOKEN: '',
    AWS_PROFILE: '',
    AWS_CONFIG_FILE: join(directory, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(directory, 'no-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
    CDK_DEFAULT_ACCOUNT: ACCOUNT_ID,
    CDK_DEFAULT_REGION: REGION,
    // The CLI keeps a cache of which account a key id belongs to.
    CDK_HOME: join(directory, 'cdk-home'),
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
    // The CDK CLI does not heed NODE_EXTRA_CA_CERTS, everything else does.
    ...(caFile && { NODE_EXTRA_CA_CERTS: caFile, AWS_CA_BUNDLE: caFile }),
  };
}
