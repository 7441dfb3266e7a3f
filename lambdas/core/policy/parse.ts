import { REPLACEMENT } from '../text/characters.ts';
import { decodeText, foreignForm } from '../text/decode.ts';
import { secondsOf } from './duration.ts';
import { explain } from './explain.ts';
import { judgeTexts } from './judge-text.ts';
import { type Finding, formatPath, type Mistake } from './mistake.ts';
import type { Policy } from './policy.ts';
import { readYaml } from './read-yaml.ts';
import { checkReferences } from './references.ts';
import { resolvePolicy } from './resolve.ts';
import { type PolicyFile, policyFile } from './schema.ts';
import { sumTargets } from './target-sums.ts';

export { formatMistakes, formatWarnings, type Mistake } from './mistake.ts';

export type Parsed = { readonly policy: Policy } | { readonly mistakes: readonly Mistake[] };

const EMPTY: Mistake = {
  line: 1,
  column: 1,
  path: '',
  message: 'the file is empty: begin with version: 1 and projects',
};

/** What there is to say of a policy file, also of one without mistakes. */
export type Checked = Parsed & { readonly warnings: readonly Mistake[] };

/** Reads a `sharing.yaml` (YAML or JSON). All mistakes at once, in the order of the file; never throws. */
export function parsePolicy(source: string | Uint8Array): Parsed {
  const { warnings: _, ...parsed } = checkPolicy(source);
  return parsed;
}

/**
 * The same, with what is no mistake and probably not meant. `scheduled`: whether Secrets Manager is to drive the rotations, of
 * which it cannot keep every interval; left out where that is not known.
 */
export function checkPolicy(
  source: string | Uint8Array,
  { scheduled }: { readonly scheduled?: boolean } = {},
): Checked {
  const { text, lost } = readSource(source);
  if (lost.length > 0) return { mistakes: lost, warnings: [] };
  const file = readYaml(text);
  if (file.value === null) return { mistakes: file.mistakes.length > 0 ? file.mistakes : [EMPTY], warnings: [] };
  if (file.value === undefined) return { mistakes: inOrder(file.mistakes), warnings: [] };

  const shape = policyFile.safeParse(file.value);
  const judged = judgeTexts(file.value);
  const wrong = judged.filter(({ isMistake }) => isMistake).map(({ finding }) => finding);
  const untimely = shape.success && scheduled !== false ? unschedulable(shape.data) : [];
  const findings = [
    ...wrong,
    ...(shape.success ? [] : explain(shape.error.issues)),
    ...checkReferences(file.value),
    ...(scheduled === true ? untimely : []),
  ];
  const told = new Set(file.mistakes.map(({ path }) => path));
  const mistakes = [
    ...file.mistakes,
    ...firstOfEach(findings)
      .filter(({ path }) => !told.has(formatPath(path)))
      .map(file.place),
  ];
  const policy = shape.success && mistakes.length === 0 ? resolvePolicy(shape.data) : null;
  const odd = judged.filter(({ isMistake }) => !isMistake).map(({ finding }) => finding);
  const sums = policy === null ? [] : sumTargets(policy);
  const doubts = [...odd, ...sums, ...(scheduled === undefined ? untimely : [])];
  const warnings = inOrder([...file.doubts, ...doubts.map(file.place)]);
  return policy === null ? { mistakes: inOrder(mistakes), warnings } : { policy, warnings };
}

/** The text of a file, and where in it bytes are that are none; a text that was read already is taken as it is. */
function readSource(source: string | Uint8Array): { readonly text: string; readonly lost: readonly Mistake[] } {
  if (typeof source === 'string') return { text: source.replace(/^\uFEFF/, ''), lost: [] };
  const form = foreignForm(source);
  if (form !== null) {
    const message = `the file is ${form}: save it as a text in UTF-8`;
    return { text: '', lost: [{ line: 1, column: 1, path: '', message }] };
  }
  const { text, encoding, whole } = decodeText(source);
  const cause =
    encoding === 'UTF-8' ? 'from an editor that writes Latin-1' : 'where it was cut, or UTF-8 was put to it';
  const message = `bytes that are no ${encoding}, as ${cause}: save the file as UTF-8`;
  const lost = text.split('\n').flatMap((line, i): Mistake[] => {
    const at = line.indexOf(REPLACEMENT);
    return whole || at < 0 ? [] : [{ line: i + 1, column: at + 1, path: '', message }];
  });
  return { text, lost };
}

const HOUR_SECONDS = 3_600;

/** Secrets Manager rotates by the hour, and every four hours at most. Source: its guide's "Schedule expressions". */
function unschedulable({ rotation }: PolicyFile): Finding[] {
  return (['adminKey', 'projectKeys', 'webhookSecrets'] as const).flatMap((key) => {
    const hours = rotation[key] === 'off' ? 4 : secondsOf(rotation[key]) / HOUR_SECONDS;
    if (Number.isInteger(hours) && hours >= 4) return [];
    const message =
      'Secrets Manager rotates by the hour, and every 4 hours at most: write that much, or deploy with -c rotationSchedules=false and invoke the functions yourself';
    return [{ path: ['rotation', key], at: 'value', message }];
  });
}

/** What is said first of a part of the file names the cause, and the rest its consequences. */
function firstOfEach(findings: readonly Finding[]): readonly Finding[] {
  const paths = new Set<string>();
  return findings.filter(({ path }) => {
    const place = JSON.stringify(path);
    return !paths.has(place) && paths.add(place);
  });
}

function inOrder(mistakes: readonly Mistake[]): readonly Mistake[] {
  return [...mistakes].sort((a, b) => a.line - b.line || a.column - b.column || (a.message < b.message ? -1 : 1));
}
