/**
 * Does it after so many milliseconds, and not before somebody sees the page: nobody is asked for what nobody looks at. Comes back
 * with what calls it off.
 */
export function whenSeen(act: () => void, ms: number): () => void {
  const attempt = () => {
    if (document.hidden) return;
    document.removeEventListener('visibilitychange', attempt);
    act();
  };
  const timer = setTimeout(() => {
    document.addEventListener('visibilitychange', attempt);
    attempt();
  }, ms);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', attempt);
  };
}
