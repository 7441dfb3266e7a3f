import type { ComparedRule } from '../../../lambdas/shared/contract/plan.ts';
import { STANDARD_INPUT } from '../read-input.ts';
import { oneLine, type Paint, type Style } from '../text/paint.ts';
import type { PlanDocument } from './plan-document.ts';
import { differing, isOther, jobsInWords } from './plan-words.ts';

/** How a sentence names the policy of a file. */
export function nameOf({ policy: { file } }: Pick<PlanDocument, 'policy'>): string {
  return file === null || file === STANDARD_INPUT ? 'standard input' : oneLine(file);
}

/** What has to be done to have it carried out. */
export function showDeploy(plan: PlanDocument): string {
  const { file } = plan.policy;
  const config = file === null || file === STANDARD_INPUT ? 'FILE' : oneLine(file);
  const what = plan.guard.state === 'waiting' ? 'everything but the revocations' : 'it';
  return `Nothing was changed. Once it is deployed, ${what} is carried out by itself: npx cdk deploy -c config=${config}`;
}

const RULE_SIGNS: Readonly<Record<ComparedRule['change'], { readonly sign: string; readonly style: Style }>> = {
  new: { sign: '+', style: 'green' },
  changed: { sign: '~', style: 'yellow' },
  same: { sign: ' ', style: 'dim' },
  removed: { sign: '-', style: 'red' },
};

/** What the rules of a policy that is not deployed make of the jobs; null for the deployed one. */
export function showOther(plan: PlanDocument, paint: Paint): string | null {
  if (!isOther(plan)) return null;
  const { rules, rulesLeftOut, policy } = plan;
  const told = differing(rules ?? []).map((rule) => {
    const { sign, style } = RULE_SIGNS[rule.change];
    return `  ${paint(style, sign)} "${oneLine(rule.rule)}" (${rule.change}): ${jobsInWords(rule)}`;
  });
  const lines = [
    ...(told.length > 0 ? ['Rules that differ from the deployed ones:', ...told] : []),
    ...(rulesLeftOut > 0 ? [`… and ${rulesLeftOut} rules more, which are not shown.`] : []),
    ...(policy.newSources.length > 0 ? [paint('yellow', `${newSourcesInWords(plan)}.`)] : []),
  ];
  return lines.length === 0 ? null : lines.join('\n');
}

/** Without a full stop. */
function newSourcesInWords({ policy: { newSources } }: Pick<PlanDocument, 'policy'>): string {
  return `Of ${newSources.map(oneLine).join(', ')} the ledger knows no jobs yet: what they bring is not in this plan`;
}
