import { matchesGlob } from '../../lambdas/core/policy/glob.ts';
import type { FilterName } from '../../lambdas/shared/contract/operator.ts';
import type { Cell } from './cell.ts';
import type { Row } from './ledger.ts';

/** What the matrix is narrowed by: words to be found in it, and the filters of `ckpt list`. */
export interface Query {
  /** In lower case; all of them have to be there. */
  readonly words: readonly string[];
  /** A permission has to fit every filter that has values, and fits a filter by fitting one of its values. */
  readonly filter: Readonly<Record<FilterName, readonly string[]>>;
}

const NO_FILTER: Query['filter'] = { project: [], source: [], state: [], rule: [], job: [], checkpoint: [] };

/** `state:drifted`, `rule:"support models"`, `"two words"`, or a word; in quotes `\"` stands for one. */
const TOKEN = /([a-z]+):(?:"((?:[^"\\]|\\.)*)"|(\S+))|"((?:[^"\\]|\\.)*)"|(\S+)/gs;

/** Reads what stands in the search box. What is no filter is a word. */
export function parseQuery(text: string): Query {
  const words: string[] = [];
  const filter: Record<FilterName, string[]> = {
    project: [],
    source: [],
    state: [],
    rule: [],
    job: [],
    checkpoint: [],
  };
  for (const [all, name = '', quoted, bare, phrase, word] of text.matchAll(TOKEN)) {
    const value = unquoted(quoted, bare);
    if (value !== undefined && isFilterName(name)) filter[name].push(value);
    else words.push((value === undefined ? (unquoted(phrase, word) ?? '') : all).toLowerCase());
  }
  return { words: words.filter((word) => word !== ''), filter };
}

function unquoted(quoted: string | undefined, bare: string | undefined): string | undefined {
  return quoted?.replaceAll(/\\(.)/gs, '$1') ?? bare;
}

function isFilterName(name: string): name is FilterName {
  return Object.hasOwn(NO_FILTER, name);
}

/** The text with one value of a filter put in or taken out. */
export function toggleFilter(text: string, name: FilterName, value: string): string {
  const isThere = parseQuery(text).filter[name].includes(value);
  return isThere ? withoutFilter(text, name, value) : [text.trim(), token(name, value)].filter(Boolean).join(' ');
}

/** The text with no other value of a filter than this; null = with none. */
export function setFilter(text: string, name: FilterName, value: string | null): string {
  const rest = parseQuery(text).filter[name].reduce((left, each) => withoutFilter(left, name, each), text);
  return value === null ? rest : [rest, token(name, value)].filter(Boolean).join(' ');
}

function withoutFilter(text: string, name: FilterName, value: string): string {
  return [...text.matchAll(TOKEN)]
    .filter(([, key, quoted, bare]) => key !== name || unquoted(quoted, bare) !== value)
    .map(([all]) => all)
    .join(' ');
}

function token(name: FilterName, value: string): string {
  return /^[^\s"]+$/.test(value) ? `${name}:${value}` : `${name}:"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}

export interface Narrowing {
  /** Whether a checkpoint is shown. */
  readonly row: (row: Row) => boolean;
  /** Whether a permission is one of those that were asked for; undefined where all are. */
  readonly cell: ((cell: Cell) => boolean) | undefined;
}

export function narrowBy({ words, filter }: Query): Narrowing {
  const { project, source, state, rule, job, checkpoint } = filter;
  const isOne = (values: readonly string[], ...given: readonly (string | null | undefined)[]) =>
    values.length === 0 || given.some((each) => each != null && values.includes(each));
  const cell = (each: Cell) =>
    isOne(project, each.project, each.projectId) &&
    isOne(state, each.state, each.permission?.state) &&
    isOne(rule, each.permission?.rule);
  const asksCells = project.length + state.length + rule.length > 0;
  return {
    row: (row) =>
      words.every((word) => row.text.includes(word)) &&
      isOne(source, row.source) &&
      isOne(job, row.jobId) &&
      (checkpoint.length === 0 || checkpoint.some((glob) => matchesGlob(glob, row.checkpoint))) &&
      (!asksCells || some(row.cells.values(), cell)),
    cell: asksCells ? cell : undefined,
  };
}

function some<Item>(items: Iterable<Item>, isSo: (item: Item) => boolean): boolean {
  for (const item of items) if (isSo(item)) return true;
  return false;
}
