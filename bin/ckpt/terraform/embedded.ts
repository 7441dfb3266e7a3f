import { parseJson } from '../aws/operator-function.ts';
import { type Fields, isFields } from './json.ts';

const ESCAPE = String.fromCharCode(27);
/** Colours and their like, and the titles and links of terminals. */
const ESCAPES = new RegExp(
  `${ESCAPE}(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\u0007${ESCAPE}]*(?:\\u0007|${ESCAPE}\\\\))|\\uFEFF`,
  'g',
);
/**
 * What logs put in front of each line: "gh run view --log" the names of job and step, GitHub, GitLab and Azure the time,
 * and a runner that debugs what kind of line it is.
 */
const LOG_PREFIX =
  /^(?:[^\t\r\n]*\t[^\t\r\n]*\t)?\[?\d{4}-\d\d-\d\dT[\d:.]+Z\]? ?(?:\d\d[OE][+ ]?)?|^[^\t\r\n]+\t[^\t\r\n]+\t/gm;
const DEBUG_LINE = /^##\[debug\]/gm;
/** A command to the runner, whose data has its line ends as %0A. */
const RUNNER_COMMAND = /^::[a-z-]+(?: [^:\n]*)?::.*$/gm;
const RUNNER_ESCAPES: Readonly<Record<string, string>> = { '%0A': '\n', '%0D': '\r', '%25': '%' };

/** So many objects that do not end are looked through; in a state that was cut off each holds the next. */
const MOST_OPEN = 100;

/** So many forms of what stands before a lone brace are tried. */
const MOST_PREFIXES = 5;
/** What stands before a brace that ends its line, and is no part of the JSON itself. */
const BEFORE_BRACE = /^([^{"\n]{1,200})\{[ \t\r]*$/gm;

/** A text without what terminals, logs and runners put into it. */
export function plainText(text: string): string {
  return text
    .replaceAll(ESCAPES, '')
    .replaceAll(LOG_PREFIX, '')
    .replaceAll(DEBUG_LINE, '')
    .replaceAll(RUNNER_COMMAND, (line) => line.replaceAll(/%(?:0A|0D|25)/g, (code) => RUNNER_ESCAPES[code] ?? code));
}

/**
 * The states in a text that holds more than one: those that begin a line, and where there are none what is behind other
 * words (`stdout={…}`), each once. Null where a state has no end.
 */
export function statesIn(text: string): readonly Fields[] | null {
  const bare = scan(text, /^\{/gm);
  if (bare === null || bare.length > 0) return bare;
  const others = scan(text, /(?<=^[^{\n]*)\{/gm) ?? [];
  return [...new Map(others.map((state) => [JSON.stringify(state), state])).values()];
}

/**
 * The states in a log that puts something else before each line, such as Terragrunt's, CircleCI's, Docker Compose's and that
 * of "ts": it is the same before all of them, but for its digits, and shows before the brace that a state begins with.
 */
export function statesBehindPrefix(text: string): readonly Fields[] {
  const patterns = new Set<string>();
  for (const [, before = ''] of text.matchAll(BEFORE_BRACE)) {
    if (patterns.size < MOST_PREFIXES && before.trim() !== '') patterns.add(patternOf(before.trim()));
  }
  for (const pattern of patterns) {
    const states = scan(text.replaceAll(new RegExp(`^\\s*${pattern}`, 'gm'), ''), /^\s*\{/gm) ?? [];
    if (states.length > 0) return states;
  }
  return [];
}

function patternOf(before: string): string {
  return before
    .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/\d+/g, '\\d+')
    .replaceAll(/\s+/g, '\\s+');
}

function scan(text: string, opening: RegExp): readonly Fields[] | null {
  const states: Fields[] = [];
  let behind = 0;
  let open = 0;
  for (const { index } of text.matchAll(opening)) {
    if (index < behind) continue;
    const end = endOf(text, index);
    const found = end === null ? undefined : parseJson(text.slice(index, end));
    if (isState(found)) states.push(found);
    if (found === undefined && looksLikeState(text.slice(index, index + 500))) return null;
    if (end === null && ++open > MOST_OPEN) break;
    if (found !== undefined) behind = end ?? 0;
  }
  return states;
}

/** Behind the brace that closes the one at `start`; null where none does. */
function endOf(text: string, start: number): number | null {
  const token = /"(?:[^"\\]|\\.)*"|[{}]/gs;
  token.lastIndex = start;
  let depth = 0;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    if (found[0] === '{') depth++;
    if (found[0] === '}' && --depth === 0) return token.lastIndex;
  }
  return null;
}

function isState(value: unknown): value is Fields {
  if (!isFields(value)) return false;
  const isFile = 'version' in value && ['resources', 'modules', 'backend', 'serial'].some((key) => key in value);
  return isFile || 'format_version' in value || 'encrypted_data' in value;
}

function looksLikeState(text: string): boolean {
  return /^\{\s*"(?:version"\s*:\s*\d|format_version"|encrypted_data")/.test(text);
}
