import { showAgo, showTime } from '../model/names.ts';
import { now } from '../store.ts';

interface WhenProps {
  readonly at: string;
  /** Whether it may be yet to come; what has happened has, whatever the clocks of two machines say. */
  readonly ahead?: true;
}

/** A time as one says it, and to the second for whoever points at it. */
export function When({ at, ahead }: WhenProps) {
  const known = ahead ? now.value : Math.max(now.value, Date.parse(at));
  return (
    <time dateTime={at} title={showTime(at)}>
      {showAgo(at, known)}
    </time>
  );
}
