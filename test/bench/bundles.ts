import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { POLICY_FILE } from '../../lambdas/shared/contract/names.ts';
import { bundle, type FunctionName, handlerPath } from '../../lib/bundle.ts';
import { aPolicy } from '../core/policy/builders.ts';
import type { Limit } from './section.ts';

export interface Bundle {
  readonly name: FunctionName | 'empty';
  /** Path of the module that Lambda loads. */
  readonly file: string;
  /** Of that module and those that it cannot start without. */
  readonly startBytes: number;
  /** Of all modules. */
  readonly gzipBytes: number;
  /** The AWS services that it has a client of when it starts. */
  readonly clients: readonly string[];
  /** Those of which the client is loaded when it is needed. */
  readonly laterClients: readonly string[];
  /** Those that the SDK brings along to find credentials, imported only where credentials come that way. */
  readonly credentialClients: readonly string[];
}

/** OpenAI gives up on a delivery within seconds, cold start included: what the webhook function loads stays small. */
export const WEBHOOK_LIMITS = { gzipBytes: 175_000, clients: 2 } as const;

/** Every client of the SDK has the namespace of its service's schema in it, minified or not. */
const CLIENT = /com\.amazonaws\.([a-z0-9]+)/g;
const OF_CREDENTIALS = ['signin', 'sso', 'ssooidc', 'sts'];

/** A function bundled as the stack does it, with a policy beside it, under `directory`. */
export function bundleFunction(name: FunctionName, directory: string): Bundle {
  const policy = { [POLICY_FILE]: JSON.stringify(aPolicy()) };
  return measuredFunction(name, bundle(handlerPath(name), join(directory, name), policy));
}

/** A handler that does nothing, by the same bundler. */
export function bundleEmpty(directory: string): Bundle {
  const source = join(directory, 'empty-source');
  mkdirSync(source, { recursive: true });
  const entry = join(source, 'handler.ts');
  writeFileSync(entry, 'export async function handler(): Promise<void> {}\n');
  return measuredFunction('empty', bundle(entry, join(directory, 'empty')));
}

export function webhookLimits({ gzipBytes, clients }: Bundle): readonly Limit[] {
  return [
    { what: 'webhook bundle, bytes gzip', is: gzipBytes, atMost: WEBHOOK_LIMITS.gzipBytes },
    { what: 'webhook bundle, AWS clients', is: clients.length, atMost: WEBHOOK_LIMITS.clients },
  ];
}

/** A bundled function, as it is. */
export function measuredFunction(name: Bundle['name'], file: string): Bundle {
  const modules = readModules(file);
  const start = atStart(modules);
  const all = servicesIn(modules.values());
  const clients = servicesIn(start);
  return {
    name,
    file,
    startBytes: sum(start.map((code) => Buffer.byteLength(code))),
    gzipBytes: sum([...modules.values()].map((code) => gzipSync(code).length)),
    clients,
    laterClients: all.filter((service) => !OF_CREDENTIALS.includes(service) && !clients.includes(service)),
    credentialClients: all.filter((service) => OF_CREDENTIALS.includes(service)),
  };
}

/** Name → code of every module of the function whose module for Lambda is `file`. */
export function readModules(file: string): ReadonlyMap<string, string> {
  const names = globSync('*.mjs', { cwd: dirname(file) });
  return new Map(names.map((name) => [name, readFileSync(join(dirname(file), name), 'utf8')]));
}

/** What is imported as soon as the module is, in the form that esbuild gives it. Of what comes later the name is in brackets. */
const IMPORT = /\b(?:from|import)"\.\/([^"]+)"/g;

/** The code of the modules that are loaded for a start. */
export function atStart(modules: ReadonlyMap<string, string>): readonly string[] {
  const names = new Set(['index.mjs']);
  // A set goes on to what is added to it on the way.
  for (const name of names) {
    for (const [, imported = ''] of modules.get(name)?.matchAll(IMPORT) ?? []) names.add(imported);
  }
  return [...names].map((name) => modules.get(name) ?? '');
}

function servicesIn(code: Iterable<string>): readonly string[] {
  const services = [...code].flatMap((text) => [...text.matchAll(CLIENT)].map(([, service = '']) => service));
  return [...new Set(services)].sort();
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
