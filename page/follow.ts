import type { News } from '../bin/ckpt/ui/changes.ts';

/**
 * Follows what changes in the ledger while the page is seen, and lets go of it while it is not. After any gap, `lost` is told:
 * what happened meanwhile is not known. Comes back with what ends it.
 */
export function follow(listener: (news: News) => void): () => void {
  let source: EventSource | undefined;
  let wasOpen = false;

  const open = () => {
    source = new EventSource('changes');
    source.onmessage = ({ data }) => listener(JSON.parse(data));
    source.onopen = () => {
      if (wasOpen) listener({ kind: 'lost' });
      wasOpen = true;
    };
    source.onerror = () => {
      const message = 'What serves this page does not answer.';
      const next = 'If it was ended, start "ckpt ui" again, and open the address that it prints.';
      listener({ kind: 'problem', problem: { name: 'NotServedError', message, next } });
    };
  };
  const close = () => {
    source?.close();
    source = undefined;
  };
  const onVisibility = () => {
    if (document.hidden) close();
    else if (source === undefined) open();
  };
  document.addEventListener('visibilitychange', onVisibility);
  onVisibility();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    close();
  };
}
