import { bad, type Check, type Found, good, notice } from './check.ts';

const NOTICE_ABOVE_MS = 2_000;
const BAD_ABOVE_MS = 60_000;

/** The pacer and the webhook's tolerance rely on clocks that agree. OpenAI tells its time with every answer. */
export const clock: Check = {
  name: 'clock',
  last: true,
  async look({ deps }) {
    const skewMs = deps.clockSkew();
    // Nothing has been asked of OpenAI since this function was started: it has told no time.
    return skewMs === null ? [] : [judgeClock(skewMs)];
  },
};

/** `skewMs` is milliseconds, either way. */
export function judgeClock(skewMs: number): Found {
  const apart = Math.abs(skewMs);
  const message = `The clocks of OpenAI and of the operator function are ${(apart / 1_000).toFixed(1)} s apart.`;
  if (apart > BAD_ABOVE_MS) return bad(message, MEND);
  return apart > NOTICE_ABOVE_MS ? notice(message, MEND) : good(message);
}

const MEND =
  'AWS keeps its own clocks right: look at what answers at openai.baseUrl, a gateway or a local cloud. Webhooks are refused from 300 s on.';
