import { showAgo, showTime } from '../model/names.ts';
import { now } from '../store.ts';

/** A time as one says it, and to the second for whoever points at it. */
export function When({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={showTime(at)}>
      {showAgo(at, now.value)}
    </time>
  );
}
