import { IdentityRefusedError, OpenAIError } from '../../../core/errors.ts';
import { providerProblem, ruleProblem } from '../../../core/identity/federation.ts';
import type { ServiceIdentity } from '../../../core/policy/policy.ts';
import { findSource } from '../../../core/policy/policy.ts';
import type { Probe } from '../../../core/ports/openai.ts';
import { asSentence } from '../../../core/text/sentence.ts';
import { IDENTITY_AUDIENCE } from '../../../shared/contract/names.ts';
import { rulesFor } from '../../source-identity.ts';
import { adminKeyName, projectKeyName } from '../explain-openai.ts';
import { inSlot } from '../paced.ts';
import { bad, type Check, type Found, good, notice } from './check.ts';
import { SOME_MODEL } from './project-key.ts';
import type { Scene } from './scene.ts';
import { keyProblem } from './to-found.ts';

/**
 * Each link of the chain by which a source without a stored key is read: AWS's switch and the minting, who vouches at OpenAI, a
 * rule for each function, the exchange, and a call with what comes of it. Two admin calls.
 */
export function workloadIdentity(source: string): Check {
  return {
    name: `workload-identity ${source}`,
    async look(scene) {
      const { deps } = scene;
      const minted = await attempt(scene, source, () => deps.identity.web.mint());
      if ('found' in minted) return [minted.found];
      const { issuer } = minted.value;
      const links = [good(`AWS mints identities for OpenAI (issuer ${issuer}).`)];
      const project = findSource(deps.policy, source);
      const as = project?.source.workloadIdentity?.given ?? (await deps.identity.connected.get(source));
      if (project === undefined || as === undefined) {
        return [
          ...links,
          bad(`${source} is to be read without a stored key, and is not connected yet.`, connect(source)),
        ];
      }
      const atOpenAI = await lookAtOpenAI(scene, source, { ...as, projectId: project.id, issuer });
      return [...links, ...atOpenAI, ...(await lookAtCalls(scene, source))];
    },
  };
}

/** What the ledger knows to be at OpenAI of sources that are read otherwise by now, or not at all. No admin call. */
export const formerIdentities: Check = {
  name: 'workload-identity',
  async look({ deps: { identity, policy } }) {
    const former = (await identity.connected.list()).filter(
      ({ source }) => findSource(policy, source)?.source.workloadIdentity === undefined,
    );
    return former.map(({ source, identityProviderId, serviceAccountId }) => {
      const isSource = findSource(policy, source) !== undefined;
      const why = isSource ? 'has a stored key now' : 'is no source any more';
      const mend = `"ckpt sources ${isSource ? `connect ${source}` : `disconnect ${source} --yes`}" takes them away.`;
      const what = `the federation rules that let this stack act as ${serviceAccountId} (${identityProviderId})`;
      return notice(`Nothing uses ${what} any more: ${source} ${why}.`, mend);
    });
  },
};

function connect(source: string): string {
  return `"ckpt sources connect ${source}" makes or mends it.`;
}

async function attempt<Value>({ deps }: Scene, source: string, work: () => Promise<Value>) {
  try {
    return { value: await work() };
  } catch (error) {
    const problem = keyProblem(projectKeyName(deps, source), error);
    if (problem === undefined) throw error;
    return { found: error instanceof IdentityRefusedError ? bad(problem.message, MEND[error.link](source)) : problem };
  }
}

const MEND: Readonly<Record<IdentityRefusedError['link'], (source: string) => string>> = {
  switch: () =>
    'Let whoever administers the AWS account run `aws iam enable-outbound-web-identity-federation`, once; it changes nothing else there.',
  mint: () => 'Deploy the stack again; docs/runbook.md#workload-identity says more.',
  connection: connect,
  exchange: connect,
};

/** What the admin API shows of provider and rules; where it shows nothing, what is told by the exchange has to do. */
async function lookAtOpenAI(
  { deps, adminTurns }: Scene,
  source: string,
  { issuer, projectId, ...as }: ServiceIdentity & { readonly issuer: string; readonly projectId: string },
): Promise<readonly Found[]> {
  const found: Found[] = [];
  const probe = await adminTurns(async (): Promise<Probe> => {
    try {
      found.push(...(await gather()));
      return { ok: true };
    } catch (error) {
      if (!(error instanceof OpenAIError)) throw error;
      return { ok: false, error };
    }
  });
  if (probe === 'skipped')
    return [notice('Provider and rules were not looked at: the admin call before has failed.', null)];
  if (probe.ok) return found;
  const problem = keyProblem(adminKeyName(deps), probe.error, false);
  return [
    notice(
      `Provider and rules could not be looked at: ${problem?.message ?? asSentence(probe.error.message)}`,
      problem?.mend ?? null,
    ),
  ];

  async function gather(): Promise<readonly Found[]> {
    const { identityProviderId, serviceAccountId } = as;
    const provider = await inSlot(deps.pacer, 'identity-providers.get', 'repair', () =>
      deps.admin.getIdentityProvider(identityProviderId),
    );
    if (provider === null)
      return [bad(`OpenAI has no workload identity provider ${identityProviderId} any more.`, connect(source))];
    const problem = providerProblem(provider, { issuer, audience: IDENTITY_AUDIENCE });
    if (problem !== null) return [bad(problem, connect(source))];
    const rules = await inSlot(deps.pacer, 'federation-rules.list', 'repair', () =>
      deps.admin.listFederationRules(identityProviderId, serviceAccountId),
    );
    const broken = [...rulesFor(deps.identity.roles, { projectId, serviceAccountId, prefix: '' })].flatMap(
      ([fn, order]) => {
        const its = rules.filter((rule) => {
          return (
            rule.projectId === projectId && rule.serviceAccountId === serviceAccountId && rule.name?.endsWith(` ${fn}`)
          );
        });
        const problems = its.map((rule) => ruleProblem(rule, order));
        return its.length > 0 && problems.includes(null)
          ? []
          : [`${fn} (${problems[0] ?? ruleProblem(undefined, order)})`];
      },
    );
    const vouched = good(`OpenAI takes who this AWS account vouches for (${identityProviderId}).`);
    if (broken.length === 0) return [vouched, good(`A federation rule lets in each function that reads ${source}.`)];
    return [vouched, bad(`OpenAI does not let in as is meant: ${broken.join('; ')}.`, connect(source))];
  }
}

async function lookAtCalls(scene: Scene, source: string): Promise<readonly Found[]> {
  const api = scene.deps.sourceApi(source);
  if (api === undefined) return [bad(`The operator function cannot read ${source}.`, 'Deploy the stack again.')];
  const passed = async (probe: Promise<Probe>) => {
    const result = await probe;
    if (!result.ok) throw result.error;
  };
  const jobs = await attempt(scene, source, () => passed(api.canListJobs()));
  if ('found' in jobs) return [jobs.found];
  const working = good(`OpenAI gives a token for ${source}, with which its fine-tuning jobs may be listed.`);
  const models = await attempt(scene, source, () => passed(api.canReadModels(SOME_MODEL)));
  if (!('found' in models)) return [working, good(`And models may be read.`)];
  return [working, notice(`${models.found.message} Dates of shutdown are not asked for, then.`, models.found.mend)];
}
