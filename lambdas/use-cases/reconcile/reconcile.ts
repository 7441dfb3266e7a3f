import { OpenAIError, SettingsError, SharingError } from '../../core/errors.ts';
import { type Policy, sourcesOf } from '../../core/policy/policy.ts';
import type { JobApi } from '../../core/ports.ts';
import { recordSweepError, type SweepDeps, sweepSource } from './sweep-source.ts';

export interface ReconcileDeps extends SweepDeps {
  readonly policy: Policy;
  /** The jobs of a source, by its alias; undefined where the function was told of no key for it. */
  readonly jobsOf: (source: string) => JobApi | undefined;
}

/** Some sources could not be swept; every other one was. */
export class SweepError extends SharingError {
  override readonly name = 'SweepError' as const;
  readonly sources: readonly string[];
  constructor(sources: readonly string[], options?: ErrorOptions) {
    super(`Sources that could not be swept: ${sources.join(', ')}. The log line of each says why.`, options);
    this.sources = sources;
  }
}

/**
 * Finds the jobs that no webhook told of, source by source, and begins nothing after `stopAt` (ms since the epoch). A
 * source that fails (a dead project key, say) stops only itself; in the end it fails the function, so that its alarm
 * rings.
 */
export async function reconcile(deps: ReconcileDeps, stopAt: number): Promise<void> {
  const failures: { readonly source: string; readonly error: unknown }[] = [];
  for (const { alias: source } of sourcesOf(deps.policy)) {
    try {
      await sweepSource(deps, source, jobApiOf(deps, source), stopAt);
    } catch (error) {
      failures.push({ source, error });
      const reason = error instanceof Error ? error.message : String(error);
      const requestId = error instanceof OpenAIError ? error.requestId : null;
      deps.log.error('Source not swept', { source, requestId, reason, error });
      await recordSweepError(deps, source, reason);
    }
  }
  if (failures.length === 0) return;
  throw new SweepError(
    failures.map(({ source }) => source),
    { cause: failures[0]?.error },
  );
}

function jobApiOf({ jobsOf }: ReconcileDeps, source: string): JobApi {
  const api = jobsOf(source);
  if (api === undefined) throw new SettingsError(`The function was told of no key for ${source}. Deploy again.`);
  return api;
}
