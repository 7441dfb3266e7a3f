import {
  changesOf,
  guardInWords,
  showCalls,
  showCounts,
  showLately,
  showLeft,
} from '../../bin/ckpt/plan/plan-words.ts';
import type { Plan } from '../../lambdas/shared/contract/operator.ts';
import { ask, askPlanOfFile } from '../ask.ts';
import { otherPolicy } from '../other-policy.ts';
import { heard, route, status } from '../store.ts';
import { Changes } from './changes.tsx';
import { Confirm } from './confirm.tsx';
import { ChooseFile, RulesThatDiffer } from './plan-file.tsx';
import { Refusal } from './refusal.tsx';
import { Story } from './story.tsx';
import { useAnswer } from './use-answer.ts';

/** What would bring OpenAI to the policy: the deployed one, or that of a file. */
export function PlanView() {
  return (
    <div class={route.value.checkpoint === null ? 'matrix' : 'matrix told'}>
      <div class="sheet plan">{otherPolicy.value === null ? <DeployedPlan /> : <FilePlan />}</div>
      <Story />
    </div>
  );
}

function DeployedPlan() {
  const { value: plan, problem } = useAnswer('plan', (signal) => ask('plan', {}, signal), heard.value);
  const absent = status.value?.absent?.waiting;
  return (
    <>
      <header class="said" aria-busy={plan === undefined && problem === null}>
        <h2>
          {plan && changesOf(plan) === 0 ? 'OpenAI has what the policy wants' : 'What would bring OpenAI to the policy'}
        </h2>
        <ChooseFile />
        <Refusal problem={problem} />
        {plan ? <Summary plan={plan} /> : problem === null && <p class="faint">Reading the ledger …</p>}
        {plan && <Guard plan={plan} />}
        {absent && (
          <div class="notice">
            <p>
              {absent.permissions} permissions of {absent.checkpoints} checkpoints are not shown by OpenAI any more.
            </p>
            <Confirm id={absent.id} what="have them taken for gone, where OpenAI says so once more" />
          </div>
        )}
      </header>
      {plan && <Changes plan={plan} />}
    </>
  );
}

function FilePlan() {
  const { name = '', bytes = new Blob(), serial } = otherPolicy.value ?? {};
  const { value, problem } = useAnswer(`file ${serial}`, (signal) => askPlanOfFile(name, bytes, signal), heard.value);
  const plan = value?.plan;
  return (
    <>
      <header class="said" aria-busy={plan === undefined && problem === null}>
        <h2>
          What <em>{name}</em> would change
        </h2>
        <ChooseFile />
        <button type="button" class="button" onClick={() => (otherPolicy.value = null)}>
          Back to the deployed policy
        </button>
        <Refusal problem={problem} />
        {value && value.warnings.length > 0 && (
          <ul class="notice lines" aria-label="Warnings">
            {value.warnings.map((line) => (
              <li key={line}>
                <code>{line}</code>
              </li>
            ))}
          </ul>
        )}
        {plan ? <Summary plan={plan} /> : problem === null && <p class="faint">Holding it against the ledger …</p>}
        {plan && <p class={plan.guard.state === 'waiting' ? 'notice' : 'faint'}>{guardInWords(plan)}.</p>}
        {plan && <RulesThatDiffer plan={plan} />}
      </header>
      {plan && <Changes plan={plan} />}
    </>
  );
}

/** In the words of the command line: how many changes, which calls, how long, and what stays as it is. */
function Summary({ plan }: { readonly plan: Plan }) {
  const { counts, calls, underWay, unmatchedRules = [] } = plan;
  const isAny = changesOf(plan) > 0;
  return (
    <>
      <div role="status">
        {isAny && (
          <p class="sum">
            <strong>{showCounts(counts)}.</strong> {underWay > 0 && `Under way already: ${underWay} of them.`}
          </p>
        )}
        <p class="faint">
          {[showCalls(calls, isAny ? 'That takes' : 'Verification takes'), showLeft(plan)].filter(Boolean).join(' ')}
        </p>
      </div>
      {unmatchedRules.map(({ rule, permissions }) => (
        <p class="notice" key={rule}>
          Rule “{rule}” matches no job any more (permissions of it: {permissions}): is that meant?
        </p>
      ))}
    </>
  );
}

function Guard({ plan: { guard } }: { readonly plan: Plan }) {
  const { id, state, revocations, tracked, voided } = guard;
  if (id === null) return null;
  const share = `${revocations} of ${tracked} tracked permissions`;
  if (state === 'confirmed')
    return (
      <p>
        Revoking {share} was confirmed ({id}).
      </p>
    );
  if (state !== 'waiting') return null;
  return (
    <div class="notice">
      <p>
        <strong>Revoking {share} waits for a person’s word.</strong>
        {showLately(guard)} {voided}
      </p>
      <Confirm id={id} what="let it through" />
    </div>
  );
}
