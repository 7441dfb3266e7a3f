import { announcement } from '../store.ts';

/** An id, or a command to type, to be selected with one click. */
export function Copyable({ text }: { readonly text: string }) {
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    announcement.value = 'Copied';
  };
  return (
    <p class="id">
      <code>{text}</code>
      <button type="button" class="link" aria-label={`Copy ${text}`} onClick={copy}>
        copy
      </button>
    </p>
  );
}
