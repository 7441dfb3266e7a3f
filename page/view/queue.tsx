import { ask } from '../ask.ts';
import { plural } from '../model/names.ts';
import { heard } from '../store.ts';
import { Sheet } from './sheet.tsx';
import { useAnswer } from './use-answer.ts';
import { When } from './when.tsx';

/** What waits for which admin call, and how fast OpenAI is asked. */
export function QueueView() {
  const status = useAnswer('status', (signal) => ask('status', {}, signal), heard.value);
  return (
    <Sheet of={status}>
      {({ due, pacer, at }) => (
        <>
          <h2>Waiting for an admin call</h2>
          <dl>
            {Object.entries(due).map(([lane, { now, later, nextAt }]) => (
              <div key={lane}>
                <dt>{lane}</dt>
                <dd>
                  {plural(now, 'checkpoint')} now, {later} later
                  {nextAt && (
                    <>
                      {' '}
                      (the first <When at={nextAt} />)
                    </>
                  )}
                </dd>
              </div>
            ))}
          </dl>
          <h2>Pace</h2>
          <dl>
            {pacer.map(({ endpoint, callsInWindow, limit, nextCallAt, holdReason }) => (
              <div key={endpoint}>
                <dt>{endpoint}</dt>
                <dd>
                  {callsInWindow} of {limit} calls in the window; the next{' '}
                  {nextCallAt <= at ? 'at once' : <When at={nextCallAt} />}
                  {holdReason && `: ${holdReason}`}
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </Sheet>
  );
}
