import { useRef } from 'preact/hooks';
import { announce } from '../store.ts';

/** An id, or a command to type, to be selected with one click. */
export function Copyable({ text }: { readonly text: string }) {
  const shown = useRef<HTMLElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      announce('Copied');
    } catch {
      // The browser does not let the page; the keys do it as well.
      if (shown.current) getSelection()?.selectAllChildren(shown.current);
      announce('Selected, to be copied by keys');
    }
  };
  return (
    <p class="id">
      <code ref={shown}>{text}</code>
      <button type="button" class="link" aria-label={`Copy ${text}`} onClick={copy}>
        copy
      </button>
    </p>
  );
}
