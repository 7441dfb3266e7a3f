import type { Problem } from '../../lambdas/shared/contract/operator.ts';

/** What is wrong, and what to do, in the words of the command line. Nothing where nothing is. */
export function Refusal({ problem }: { readonly problem: Problem | null }) {
  if (problem === null) return null;
  const [first, ...lines] = problem.message.split('\n');
  return (
    <div class="notice bad" role="alert">
      <p>
        <strong>{first}</strong> {problem.next}
      </p>
      {lines.length > 0 && (
        <ul class="lines">
          {lines.map((line) => (
            <li key={line}>
              <code>{line}</code>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
