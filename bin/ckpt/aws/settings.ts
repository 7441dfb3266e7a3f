import { loadSharedConfigFiles } from '@smithy/core/config';
import { CliError } from '../errors.ts';
import type { GlobalOptions } from '../options.ts';
import { type CredentialSource, credentialSourceIn } from './credential-source.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Section = Readonly<Record<string, string | undefined>>;

/** Where requests go, and who says so: a variable, or a part of the profile. */
export interface Endpoint {
  readonly url: string;
  readonly from: string;
}

/** By the names of the profile's `services` section. */
export type AwsService = 'lambda' | 'sts' | 'secrets_manager';

/** What the AWS CLI would use here. */
export interface AwsSettings {
  /** Undefined where nobody names one: `[default]`, where there is such. */
  readonly profile: string | undefined;
  /** Undefined where nobody names one. */
  readonly region: string | undefined;
  /** Undefined where the profile says nothing of it. */
  readonly credentialSource: CredentialSource | undefined;
  /** Keys that go before those of the profile; undefined where the profile's are to be taken. */
  readonly keys:
    | { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
    | undefined;
  /** Undefined for AWS itself. Throws `CliError` where the profile cannot be followed. */
  endpointOf(service: AwsService): Endpoint | undefined;
}

/**
 * Reads the environment and the profile as the AWS CLI does, which the SDK for JavaScript does not: it looks for endpoints
 * in the profile of AWS_PROFILE, whatever profile it was told, and takes a profile that is not there for an empty one.
 * Throws `CliError`.
 */
export async function readAwsSettings(
  { profile: asked, region }: Pick<GlobalOptions, 'profile' | 'region'>,
  environment: Environment,
): Promise<AwsSettings> {
  const profile = asked || environment.AWS_PROFILE || environment.AWS_DEFAULT_PROFILE || undefined;
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  const name = profile ?? 'default';
  const sections = [configFile, credentialsFile].map((file) => (Object.hasOwn(file, name) ? file[name] : undefined));
  if (name !== 'default' && sections.every((section) => section === undefined)) {
    throw noProfile(name, [...new Set([...profilesIn(configFile), ...Object.keys(credentialsFile)])], environment);
  }
  const settings: Section = { ...sections[0], ...sections[1] };
  const keys = asked ? undefined : keysIn(environment);
  const { sso_session: session } = settings;
  // The SDK takes for granted that it is there.
  if (keys === undefined && session && configFile[`sso-session.${session}`] === undefined)
    throw noSection(name, 'sso-session', session);
  return {
    profile,
    region: region || environment.AWS_REGION || environment.AWS_DEFAULT_REGION || settings.region,
    credentialSource: credentialSourceIn(settings),
    // A profile that was asked for goes before keys in the environment, one that the environment names does not.
    keys,
    endpointOf: (service) => {
      const endpoint = ignores(environment, settings)
        ? undefined
        : (inEnvironment(environment, service) ?? inProfile({ name, settings, configFile }, service));
      if (endpoint && !(/^https?:\/\/[^/]/.test(endpoint.url) && URL.canParse(endpoint.url))) throw noUrl(endpoint);
      return endpoint;
    },
  };
}

/** The SDK's own words, such as that keys of the environment are passed over, are not for the terminal. */
const QUIET = { debug() {}, info() {}, warn() {}, error() {} };

/** What a client of the SDK is made with, the same for each service but for where that is. */
export function clientConfig({ profile, region, keys, endpointOf }: AwsSettings, service: AwsService) {
  const endpoint = endpointOf(service);
  return {
    ...(region && { region }),
    ...(profile && { profile }),
    ...(keys && { credentials: keys }),
    ...(endpoint ? { endpoint: endpoint.url } : { ignoreConfiguredEndpointUrls: true }),
    logger: QUIET,
  };
}

function keysIn(environment: Environment): AwsSettings['keys'] {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  const { AWS_SESSION_TOKEN: sessionToken } = environment;
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}

function ignores(environment: Environment, settings: Section): boolean {
  const said = environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS || settings.ignore_configured_endpoint_urls;
  return said?.toLowerCase() === 'true';
}

function inEnvironment(environment: Environment, service: string): Endpoint | undefined {
  const from = [`AWS_ENDPOINT_URL_${service.toUpperCase()}`, 'AWS_ENDPOINT_URL'].find((name) => environment[name]);
  return from === undefined ? undefined : { url: environment[from] ?? '', from };
}

function inProfile(
  {
    name,
    settings,
    configFile,
  }: { readonly name: string; readonly settings: Section; readonly configFile: Readonly<Record<string, Section>> },
  service: string,
): Endpoint | undefined {
  const { services, endpoint_url: url } = settings;
  const of = services === undefined ? undefined : configFile[`services.${services}`];
  if (services !== undefined && of === undefined) throw noSection(name, 'services', services);
  const own = of?.[`${service}.endpoint_url`];
  if (own)
    return {
      url: own,
      from: `${service}.endpoint_url in the services section "${services}" of the AWS profile "${name}"`,
    };
  return url ? { url, from: `endpoint_url of the AWS profile "${name}"` } : undefined;
}

/** The config file has sections of other kinds, too: `services.…`, `sso-session.…`. */
function profilesIn(configFile: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(configFile).filter((name) => !/^(?:services|sso-session)\./.test(name));
}

function noProfile(name: string, known: readonly string[], environment: Environment): CliError {
  const config = environment.AWS_CONFIG_FILE || '~/.aws/config';
  const credentials = environment.AWS_SHARED_CREDENTIALS_FILE || '~/.aws/credentials';
  return new CliError({
    name: 'NoProfileError',
    message: `There is no AWS profile "${name}": neither ${config} nor ${credentials} has it.`,
    next:
      known.length === 0
        ? 'There is none at all: "aws configure" makes one.'
        : `Name one of those that are there: ${known.join(', ')}.`,
  });
}

function noSection(profile: string, kind: 'services' | 'sso-session', section: string): CliError {
  const does = kind === 'services' ? 'takes its endpoints from' : 'signs in by';
  return new CliError({
    name: 'ProfileError',
    message: `The AWS profile "${profile}" ${does} a${kind === 'services' ? ' services' : 'n sso-session'} section "${section}", which is not there.`,
    next: `Add [${kind} ${section}] to the AWS config file, or take "${kind.replace('-', '_')}" out of the profile.`,
  });
}

function noUrl({ from }: Endpoint): CliError {
  return new CliError({
    name: 'EndpointError',
    message: `The endpoint that ${from} names is no http or https URL.`,
    next: 'Write it out, as in http://localhost:4566.',
  });
}
