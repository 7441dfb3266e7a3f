import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { perform } from '../acts.ts';
import { type Act, headingOf, LABELS, NO_TERMS, type Outcome, type Terms, wordsOf } from '../model/acts.ts';
import { commandLine } from '../model/command-line.ts';
import { readCheckpoint } from '../reading.ts';
import { about, announce, ledger } from '../store.ts';
import { Refusal } from './refusal.tsx';
import { useAct } from './use-act.ts';
import { useAnswer } from './use-answer.ts';

interface ActDialogProps {
  readonly act: Act;
  readonly onClose: () => void;
}

/** First says what an act would do, or why it is refused; then does it, if a person says so. */
export function ActDialog({ act, onClose }: ActDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const [terms, setTerms] = useState<Terms>(NO_TERMS);
  const [tries, setTries] = useState(0);
  const [done, setDone] = useState<Outcome | null>(null);
  const acting = useAct();
  // Why somebody pauses changes nothing about what that does.
  const question = `${wordsOf(act, { ...terms, why: '' }).join(' ')} ${tries}`;
  // What it would do changes with what it is done to; a look at OpenAI, which adopting takes, is not to be repeated for that.
  const subject = 'checkpoint' in act && act.kind !== 'adopt' ? ledger.value.rows.get(act.checkpoint) : null;
  const tried = useAnswer(done ? null : question, () => perform(act, terms, true), subject);

  useEffect(() => {
    dialog.current?.showModal();
  }, []);

  const confirm = () =>
    acting.act(async () => {
      const outcome = await perform(act, terms, false);
      setDone(outcome);
      // Whoever did it need not wait until it is heard of.
      if ('checkpoint' in act) await readCheckpoint(act.checkpoint).catch(() => undefined);
      announce(`${headingOf(act)}: done`);
    });

  const outcome = done ?? tried.value;
  const problem = acting.problem ?? tried.problem;
  const isReady = tried.value !== undefined && tried.problem === null && tried.value.isAny;
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={heading}
      onClose={() => close(onClose)}
      // Escape closes this alone, and not the story around it.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <h2 id={heading}>{headingOf(act)}</h2>
      {done === null && <TermsOf act={act} terms={terms} onChange={setTerms} />}
      <section aria-live="polite" aria-busy={outcome === undefined && problem === null}>
        {outcome === undefined && problem === null && <p class="faint">Asking what it would do …</p>}
        {outcome && <h3>{done ? 'Done' : outcome.isAny ? 'What it would do' : 'There is nothing to do'}</h3>}
        {outcome && (
          <ul class="lines">
            {outcome.lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
            {outcome.warnings.map((line) => (
              <li key={line} class="notice">
                {line}
              </li>
            ))}
          </ul>
        )}
        <Refusal problem={problem} />
      </section>
      <p class="faint same">
        <code>{commandLine(wordsOf(act, terms), about.value?.stack ?? '')}</code>
      </p>
      <div class="together">
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          {done ? 'Close' : 'Cancel'}
        </button>
        {done === null && problem && (
          <button type="button" class="button" onClick={() => setTries(tries + 1)}>
            Try again
          </button>
        )}
        {done === null && isReady && (
          <button
            type="button"
            class={act.kind === 'revoke' ? 'button danger' : 'button main'}
            disabled={acting.busy}
            onClick={confirm}
          >
            {LABELS[act.kind]}
          </button>
        )}
      </div>
    </dialog>
  );
}

/** The browser gives the focus back to the button that opened it; where that is gone, to the story that it was in. */
function close(onClose: () => void): void {
  onClose();
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) document.getElementById('story-heading')?.focus();
  });
}

interface TermsProps {
  readonly act: Act;
  readonly terms: Terms;
  readonly onChange: (terms: Terms) => void;
}

const DAYS = [1, 7, 30, 90, 365];

function TermsOf({ act, terms, onChange }: TermsProps) {
  switch (act.kind) {
    case 'revoke':
      return (
        <label class="term">
          <input
            type="checkbox"
            checked={terms.withhold}
            onChange={({ currentTarget: { checked } }) => onChange({ ...terms, withhold: checked })}
          />
          Withhold it: no rule shares it again by itself
        </label>
      );
    case 'share':
      return (
        <label class="term">
          Take it back
          <select
            value={terms.days ?? ''}
            onChange={({ currentTarget: { value } }) =>
              onChange({ ...terms, days: value === '' ? null : Number(value) })
            }
          >
            <option value="">never by itself</option>
            {DAYS.map((days) => (
              <option key={days} value={days}>
                after {days} {days === 1 ? 'day' : 'days'}
              </option>
            ))}
          </select>
        </label>
      );
    case 'pause':
      return (
        <label class="term">
          Why, for whoever sees it
          <input
            type="text"
            value={terms.why}
            autocomplete="off"
            onInput={({ currentTarget: { value } }) => onChange({ ...terms, why: value })}
          />
        </label>
      );
    default:
      return null;
  }
}
