import { differing, jobsInWords } from '../../bin/ckpt/plan/plan-words.ts';
import type { Plan } from '../../lambdas/shared/contract/operator.ts';
import { showPolicy } from '../other-policy.ts';

/** For whoever does not drop a file on the page. */
export function ChooseFile() {
  return (
    <label class="button file">
      Drop a sharing.yaml, or choose it …
      <input
        type="file"
        accept=".yaml,.yml,.json"
        onChange={({ currentTarget }) => {
          void showPolicy(currentTarget.files?.[0]);
          // The same file can be chosen again, as it is then.
          currentTarget.value = '';
        }}
      />
    </label>
  );
}

/** What the rules of a policy that is not deployed make of the jobs. */
export function RulesThatDiffer({ plan: { rules, rulesLeftOut, policy } }: { readonly plan: Plan }) {
  const different = differing(rules ?? []);
  return (
    <>
      {different.length > 0 && (
        <ul class="rules" aria-label="Rules that differ from the deployed ones">
          {different.map((rule) => (
            <li key={`${rule.change} ${rule.rule}`}>
              <span class="chip">{rule.change}</span> “{rule.rule}” <span class="faint">{jobsInWords(rule)}</span>
            </li>
          ))}
        </ul>
      )}
      {rulesLeftOut > 0 && <p class="faint">… and {rulesLeftOut} rules more, which are not shown.</p>}
      {policy.newSources.length > 0 && (
        <p class="notice">
          Of {policy.newSources.join(', ')} the ledger knows no jobs yet: what they bring is not in this plan.
        </p>
      )}
    </>
  );
}
