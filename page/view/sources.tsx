import type { ComponentChildren } from 'preact';
import type { SourceStatus } from '../../lambdas/shared/contract/operator.ts';
import { pausesFor } from '../model/acts.ts';
import { plural } from '../model/names.ts';
import { status } from '../store.ts';
import { Acts } from './acts.tsx';
import { When } from './when.tsx';

/** Each source: when a webhook last came, what the last sweep found, and what is wrong with its webhook endpoint. */
export function Sources() {
  if (status.value === null) return <p class="faint">Reading …</p>;
  return (
    <ul class="sources">
      {status.value.sources.map((source) => (
        <Source key={source.alias} source={source} />
      ))}
    </ul>
  );
}

function Source({ source }: { readonly source: SourceStatus }) {
  const { alias, projectId, lastWebhookAt, lastJobId, lastJobAt, webhookEndpoint, jobs, sweep } = source;
  return (
    <li class="window">
      <h3>{alias}</h3>
      {projectId === null && <p class="notice">The policy does not name it any more.</p>}
      <dl>
        <Fact name="Webhook">{lastWebhookAt ? <When at={lastWebhookAt} /> : 'none came yet'}</Fact>
        <Fact name="Endpoint">{webhookEndpoint ?? 'nothing is known to be wrong'}</Fact>
        <Fact name="Last job">
          {lastJobId && lastJobAt ? (
            <>
              <code>{lastJobId}</code> <When at={lastJobAt} />
            </>
          ) : (
            'none was looked at yet'
          )}
        </Fact>
        <Fact name="Jobs">
          {jobs.toLocaleString('en')}
          {sweep && sweep.openJobs > 0 && `, ${sweep.openJobs} to be looked at again`}
        </Fact>
        <Fact name="Sweep">
          {sweep?.sweptAt ? <When at={sweep.sweptAt} /> : 'not to its end yet'}
          {sweep?.backfill && `, one under way: ${plural(sweep.backfill.jobs, 'job')} so far`}
        </Fact>
      </dl>
      {sweep?.error && <p class="notice bad">{sweep.error}</p>}
      {(sweep?.oddJobs.length ?? 0) > 0 && (
        <p class="notice">{plural(sweep?.oddJobs.length ?? 0, 'job')} cannot be read: “ckpt status” names them.</p>
      )}
      {projectId !== null && <Acts acts={pausesFor([{ source: alias }], status.value?.paused)} />}
    </li>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
