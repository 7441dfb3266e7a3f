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
    <div class="page">
      {problem && (
        <p class="notice bad" role="alert">
          <strong>{problem.message}</strong> {problem.next}
        </p>
      )}
      {value === undefined ? !problem && <p class="faint">Reading …</p> : children(value)}
    </div>
  );
}
