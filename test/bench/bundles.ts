import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { POLICY_FILE } from '../../lambdas/shared/contract/names.ts';
import { bundle, type FunctionName, handlerPath } from '../../lib/bundle.ts';
import { aPolicy } from '../core/policy/builders.ts';
import type { Limit } from './section.ts';

export interface Bundle {
  readonly name: FunctionName | 'empty';
  /** Path of the module. */
  readonly file: string;
  readonly bytes: number;
  readonly gzipBytes: number;
  /** The AWS services it has a client of. */
  readonly clients: readonly string[];
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

/** A bundled module, as it is. */
export function measuredFunction(name: Bundle['name'], file: string): Bundle {
  const code = readFileSync(file);
  const services = new Set(
    code
      .toString()
      .matchAll(CLIENT)
      .map(([, service = '']) => service),
  );
  const all = [...services].sort();
  return {
    name,
    file,
    bytes: code.length,
    gzipBytes: gzipSync(code).length,
    clients: all.filter((service) => !OF_CREDENTIALS.includes(service)),
    credentialClients: all.filter((service) => OF_CREDENTIALS.includes(service)),
  };
}
