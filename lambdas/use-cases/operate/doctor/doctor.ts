import { policyDigest } from '../../../core/policy/policy.ts';
import type { Finding } from '../../../shared/contract/operator.ts';
import { toIso } from '../answer.ts';
import type { Command, CommandDeps } from '../deps.ts';
import { unknownName } from '../list.ts';
import { bad, type Check, type Found } from './check.ts';
import { checksFor } from './checks.ts';
import { createScene, type Scene } from './scene.ts';
import { toFound } from './to-found.ts';

/** `doctor`: looks at everything that can be wrong with an installation, and says how to mend it. Changes nothing. */
export const doctor: Command<'doctor'> = async (deps, { only }) => {
  const { policy, version, now } = deps;
  const checks = choose(checksFor(policy), only);
  const at = toIso(now());
  const scene = createScene(deps);
  const made = new Map<string, readonly Found[]>();
  const make = async (check: Check) => void made.set(check.name, await lookSafely(scene, check));
  await Promise.all(checks.filter(({ last }) => !last).map(make));
  await Promise.all(checks.filter(({ last }) => last).map(make));
  const findings = checks.flatMap(({ name }): Finding[] => {
    return (made.get(name) ?? []).map((found) => ({ check: name, ...found }));
  });
  return { at, policyDigest: policyDigest(policy), version, findings };
};

/** A check is chosen by its name, or together with others by the first word of it. */
function choose(checks: readonly Check[], only: readonly string[]): readonly Check[] {
  const isMeant = ({ name }: Check, word: string) => name === word || name.startsWith(`${word} `);
  for (const word of only) {
    const names = checks.map(({ name }) => name);
    if (!checks.some((check) => isMeant(check, word))) throw unknownName('check', word, names);
  }
  return only.length === 0 ? checks : checks.filter((check) => only.some((word) => isMeant(check, word)));
}

/** A check that fails is a finding: the others still have theirs. */
async function lookSafely(scene: Scene, { name, look }: Check): Promise<readonly Found[]> {
  try {
    return await look(scene);
  } catch (error) {
    return [toFound(error) ?? unforeseen(scene.deps, name, error)];
  }
}

function unforeseen({ log, requestId }: CommandDeps, check: string, error: unknown): Found {
  log.error('Check failed', { check, error });
  const name = error instanceof Error ? error.name : 'Error';
  return bad(
    `This could not be checked (${name}).`,
    `The log of the operator function says more, under the request id ${requestId}.`,
  );
}
