import { useId, useState } from 'preact/hooks';
import { AskError, ask } from '../ask.ts';
import { commandLine } from '../model/command-line.ts';
import { about, announce } from '../store.ts';
import { Copyable } from './copyable.tsx';
import { Refusal } from './refusal.tsx';
import { useAct } from './use-act.ts';

const OTHER_ID = {
  name: 'NotAgreedError',
  message: 'What was typed is not its id: nothing was done.',
  next: 'Type the id that stands above the field.',
};

/** Lets through what waits for a person, who types its id; where the page may change nothing, the command for it. */
export function Confirm({ id, what }: { readonly id: string; readonly what: string }) {
  const [typed, setTyped] = useState('');
  const { busy, problem, act } = useAct();
  const field = useId();
  const { allowChanges = false, stack = '' } = about.value ?? {};
  if (!allowChanges) {
    return (
      <>
        <p>To {what}, type:</p>
        <Copyable text={commandLine(['apply', '--confirm', id], stack)} />
      </>
    );
  }
  return (
    <form
      class="confirm"
      onSubmit={(event) => {
        event.preventDefault();
        void act(async () => {
          if (typed.trim() !== id) throw new AskError(OTHER_ID);
          await ask('confirm', { id });
          announce(`Confirmed ${id}`);
        });
      }}
    >
      <label for={field}>
        To {what}, type <code>{id}</code>
      </label>
      <div class="together">
        <input
          id={field}
          type="text"
          value={typed}
          autocomplete="off"
          spellcheck={false}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        <button type="submit" class="button danger" disabled={busy}>
          Confirm
        </button>
      </div>
      <Refusal problem={problem} />
    </form>
  );
}
