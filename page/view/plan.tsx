import { ask } from '../ask.ts';
import { nameOf } from '../model/cell.ts';
import { nameCheckpoint, plural } from '../model/names.ts';
import { heard } from '../store.ts';
import { Sheet } from './sheet.tsx';
import { useAnswer } from './use-answer.ts';

/** What would bring OpenAI to the policy. */
export function PlanView() {
  const plan = useAnswer('plan', (signal) => ask('plan', {}, signal), heard.value);
  return (
    <Sheet of={plan}>
      {({ counts, calls, checkpoints, leftOut, guard }) => {
        const kinds = Object.entries(counts).filter(([, count]) => count > 0);
        return (
          <>
            <h2>{kinds.length === 0 ? 'OpenAI has what the policy wants' : 'What would bring OpenAI to the policy'}</h2>
            <p class="faint">
              {kinds.map(([change, count]) => `${count.toLocaleString('en')} to ${change}`).join(' · ')}
              {kinds.length > 0 &&
                ` — ${plural(calls.create + calls.list + calls.delete, 'admin call')}, some ${calls.seconds} s`}
            </p>
            {guard.state === 'waiting' && (
              <p class="notice">
                It would revoke {guard.revocations} of {guard.tracked} permissions, which takes a person: ckpt apply
                --confirm {guard.id}
              </p>
            )}
            <table>
              <thead>
                <tr>
                  {['Checkpoint', 'Project', 'Change', 'Why'].map((name) => (
                    <th scope="col" key={name}>
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {checkpoints.slice(0, 200).flatMap(({ checkpoint, changes }) =>
                  changes.map((change) => (
                    <tr key={`${checkpoint} ${change.projectId} ${change.permissionId}`}>
                      <th scope="row" title={checkpoint}>
                        {nameCheckpoint(checkpoint).title} <span class="faint">{nameCheckpoint(checkpoint).which}</span>
                      </th>
                      <td>{nameOf(change)}</td>
                      <td>{change.change}</td>
                      <td class="faint">{change.reason}</td>
                    </tr>
                  )),
                )}
              </tbody>
            </table>
            {(leftOut > 0 || checkpoints.length > 200) && (
              <p class="faint">There is more: ckpt plan shows all of it.</p>
            )}
          </>
        );
      }}
    </Sheet>
  );
}
