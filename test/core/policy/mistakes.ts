import { formatMistakes, parsePolicy } from '../../../lambdas/core/policy/parse.ts';

/** The mistakes of a text, as `line:column path: message`. */
export function mistakesOf(text: string): string[] {
  const parsed = parsePolicy(text);
  if ('policy' in parsed) return [];
  return formatMistakes(parsed.mistakes, '')
    .split('\n')
    .map((line) => line.slice(1));
}

/** Five lines that parse. What a test appends begins on line 6. */
export const BASE = `version: 1
projects:
  research: { id: proj_R, source: {} }
  prod-eu: { id: proj_EU }
  prod-us: { id: proj_US }
`;

/** `BASE` with one rule; what is given begins on line 10, indented like the keys of a rule. */
export function withRule(...lines: string[]): string {
  return `${BASE}rules:\n  - name: one\n    from: research\n    to: prod-eu\n${lines.map((line) => `    ${line}\n`).join('')}`;
}
