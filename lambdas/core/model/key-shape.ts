/** One of OpenAI's API keys or webhook secrets somewhere in a text, also glued on to other words: `OPENAI_ADMIN_KEY=sk-…`. */
const KEY_INSIDE = /(?<![A-Za-z0-9])sk-[\w-]{20}|sk-(?:admin|proj|svcacct)-[\w-]{20}|whsec_/;

/** Whether a text holds what looks like a key, so that nothing may repeat it. */
export function holdsKey(text: string): boolean {
  return KEY_INSIDE.test(text);
}
