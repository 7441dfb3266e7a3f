import { ask } from '../ask.ts';
import { Sheet } from './sheet.tsx';
import { useAnswer } from './use-answer.ts';

/** What is wrong, and how to mend it. */
export function HealthView() {
  const checked = useAnswer('doctor', (signal) => ask('doctor', {}, signal));
  return (
    <Sheet of={checked}>
      {({ findings }) => (
        <>
          <h2>What the doctor finds</h2>
          <dl class="findings">
            {findings.map(({ check, state, message, mend }) => (
              <div key={check} class={`finding-${state}`}>
                <dt>{check}</dt>
                <dd>
                  <strong>{state}</strong> {message} {mend}
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </Sheet>
  );
}
