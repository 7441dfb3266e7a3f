/** A running local cloud, and all that is needed to speak to it. */
export interface LocalCloud {
  /** Base URL of every service, `http://localhost:<port>` or, with TLS, `https://…`. */
  readonly endpoint: string;
  readonly port: number;
  readonly region: string;
  readonly accountId: string;
  /**
   * Variables for a child process that speaks to this cloud: AWS SDK clients, the CDK, `ckpt`. Put it over `process.env`;
   * it also blanks what would lead elsewhere (profiles, session tokens, a developer's AWS files).
   */
  readonly env: Readonly<Record<string, string>>;
  /** Configuration for AWS SDK clients in this process, as the account's root. Takes `credentials` of your own over it. */
  readonly client: ClientConfiguration;
  /** The self-signed certificate to trust, as a PEM file; null without TLS. */
  readonly caFile: string | null;
  /** MiniStack's own log, with what the functions wrote. */
  readonly logFile: string;
  /** A directory of this cloud's own, removed by `stop`. */
  readonly directory: string;
  /** Ends MiniStack and every function process of it, and removes the directory. May be called again. */
  stop(): Promise<void>;
}

export interface ClientConfiguration {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly requestHandler: { readonly httpsAgent?: { readonly ca: string } };
}

/** MiniStack's defaults. The key id `test` is the root of this account, whose signature is not checked, under enforced IAM too. */
export const REGION = 'us-east-1';
export const ACCOUNT_ID = '000000000000';
export const ROOT = { accessKeyId: 'test', secretAccessKey: 'test' } as const;
