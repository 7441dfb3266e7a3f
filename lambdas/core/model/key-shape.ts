/** One of OpenAI's API keys or webhook secrets somewhere in a text, also glued on to other words: `OPENAI_ADMIN_KEY=sk-…`. */
const KEY_INSIDE = /(?<![A-Za-z0-9])sk-[\w-]{20}|sk-(?:admin|proj|svcacct)-[\w-]{20}|whsec_/;

/** Whether a text holds what looks like a key, so that nothing may repeat it. */
export function holdsKey(text: string): boolean {
  return KEY_INSIDE.test(text);
}

/** What makes a key one beyond doubt: how OpenAI's tell their kind, or "OpenAI" in base64, which most of its own have. */
const CERTAIN =
  /(?<![A-Za-z0-9])sk-(?:admin|proj|svcacct)-[\w-]{8}|whsec_[\w+/]{8}|sk-[\w-]*T3BlbkFJ|(?<![\w-])sk-[A-Za-z0-9]{48}(?![\w-])/;

/** Whether a text holds a key for certain: `sk-` may begin other names, too, those of Slovakia for one. */
export function holdsKeyForCertain(text: string): boolean {
  return CERTAIN.test(text);
}

/** A text in which nothing of a key is left. */
export function withoutKeys(text: string): string {
  return text.replaceAll(/(?<![A-Za-z0-9])sk-[\w-]{20,}|sk-(?:admin|proj|svcacct)-[\w-]{8,}|whsec_[\w+/=-]+/g, '…');
}
