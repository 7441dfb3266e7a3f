import type { ComponentChildren } from 'preact';
import type { Answered } from './use-answer.ts';

interface SheetProps<Value> {
  /** What is drawn from. */
  readonly of: Answered<Value>;
  readonly children: (value: Value) => ComponentChildren;
}

/** A view that is read from top to bottom, from one answer of the operator function. */
export function Sheet<Value>({ of: { value, problem }, children }: SheetProps<Value>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which takes the keyboard, too.
    <section class="page" tabIndex={0} aria-label="What it shows">
      {problem && (
        <p class="notice bad" role="alert">
          <strong>{problem.message}</strong> {problem.next}
        </p>
      )}
      {value === undefined ? !problem && <p class="faint">Reading …</p> : children(value)}
    </section>
  );
}
