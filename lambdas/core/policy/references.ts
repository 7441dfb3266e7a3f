import { MAX_ID_LENGTH, PROJECT_ID } from '../model/ids.ts';
import type { Finding, Path } from './mistake.ts';
import { nearest } from './nearest.ts';
import { MAX_TARGETS } from './schema-parts.ts';

/** Aliases are part of webhook URLs. */
export const ALIAS = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * What the parts of a policy file say about each other: names that must be unique, aliases that must exist. Takes the
 * file as it is, whatever else is wrong with it, and passes over what it cannot read: that is the schema's to report.
 */
export function checkReferences(file: unknown): Finding[] {
  const { projects, rules, permissions, shutdowns } = fieldsOf(file);
  const known = Object.entries(fieldsOf(projects)).map(([alias, project]) => {
    const { id, source } = fieldsOf(project);
    return { alias, id: typeof id === 'string' ? id : undefined, isSource: source !== undefined };
  });
  return [
    ...checkProjects(known),
    ...Object.entries(fieldsOf(projects)).flatMap(([alias, project]) => {
      return checkIdentity(fieldsOf(fieldsOf(project).source), ['projects', alias, 'source']);
    }),
    ...itemsOf(rules).flatMap((rule, i) => checkRule(fieldsOf(rule), ['rules', i], known)),
    ...checkPinned(itemsOf(permissions).map(fieldsOf), known),
    ...checkNames(itemsOf(rules).map((rule) => fieldsOf(rule).name)),
    ...itemsOf(permissions).flatMap((pin, i) => {
      return checkTargets(referencesIn(fieldsOf(pin).to, ['permissions', i, 'to']), known);
    }),
    ...Object.keys(fieldsOf(shutdowns)).flatMap((baseModel) => {
      const isBase = /^(?!ft:)./.test(baseModel);
      const message = !isBase && 'write a base model, as in gpt-4o-mini*: all of its checkpoints shut down together';
      return finding(['shutdowns', baseModel], 'key', message);
    }),
  ];
}

interface KnownProject {
  readonly alias: string;
  readonly id: string | undefined;
  readonly isSource: boolean;
}

interface Reference {
  readonly path: Path;
  readonly name: string;
}

function checkProjects(known: readonly KnownProject[]): Finding[] {
  return known.flatMap(({ alias, id }, i) => {
    const twin = known.slice(0, i).find((other) => id !== undefined && other.id === id);
    return [
      ...finding(
        ['projects', alias],
        'key',
        !ALIAS.test(alias) && 'write an alias of small letters, digits and hyphens, at most 63: it is part of a URL',
      ),
      ...finding(['projects', alias, 'id'], 'value', twin && `this is the id of ${twin.alias} already: keep one alias`),
    ];
  });
}

/** A source has a key, or an identity that stands in for it; of the latter, both halves or neither. */
function checkIdentity({ apiKeySecret, workloadIdentity }: Fields, path: Path): Finding[] {
  if (workloadIdentity === undefined) return [];
  const ids = ['identityProviderId', 'serviceAccountId'];
  const [missing, ...others] = ids.filter((id) => fieldsOf(workloadIdentity)[id] === undefined);
  const isHalf = missing !== undefined && others.length === 0;
  return [
    ...finding(
      [...path, 'workloadIdentity'],
      'key',
      apiKeySecret !== undefined && 'this source has apiKeySecret as well: keep one of both',
    ),
    ...finding(
      [...path, 'workloadIdentity'],
      'value',
      isHalf && `write ${missing}, too, or leave both out: "ckpt sources connect" makes them`,
    ),
  ];
}

/** A checkpoint may be pinned more than once, and all of its targets are in one row. */
function checkPinned(pins: readonly Fields[], known: readonly KnownProject[]): Finding[] {
  const targets = new Map<unknown, Set<string>>();
  return pins.flatMap(({ checkpoint, to }, i) => {
    const before = targets.get(checkpoint) ?? new Set();
    const all = before.union(new Set(referencesIn(to, []).map(({ name }) => idOf(name, known))));
    targets.set(checkpoint, all);
    const message =
      before.size > 0 &&
      all.size > MAX_TARGETS &&
      `with it this checkpoint has ${all.size} targets: write at most ${MAX_TARGETS}`;
    return finding(['permissions', i, 'to'], 'value', message);
  });
}

function checkNames(names: readonly unknown[]): Finding[] {
  return names.flatMap((name, i) => {
    const first = names.indexOf(name);
    const message = typeof name === 'string' && first < i && `rules[${first}] has this name: write one of its own`;
    return finding(['rules', i, 'name'], 'value', message);
  });
}

function checkRule(rule: Fields, path: Path, known: readonly KnownProject[]): Finding[] {
  const sources = referencesIn(rule.from, [...path, 'from']);
  const targets = referencesIn(rule.to, [...path, 'to']);
  const findings = [
    ...sources.flatMap((source) => finding(source.path, 'value', sourceProblem(source.name, known))),
    ...repeated(sources, known),
    ...checkTargets(targets, known),
  ];
  const ids = new Set([...sources, ...targets].map(({ name }) => idOf(name, known)));
  if (findings.length > 0 || targets.length === 0 || sources.length === 0 || ids.size > 1) return findings;
  return finding([...path, 'to'], 'value', 'this project owns the checkpoints itself: write another one');
}

function checkTargets(targets: readonly Reference[], known: readonly KnownProject[]): Finding[] {
  return [
    ...targets.flatMap(({ path, name }) => finding(path, 'value', targetProblem(name, known))),
    ...repeated(targets, known),
  ];
}

function sourceProblem(name: string, known: readonly KnownProject[]): string | undefined {
  const project = known.find(({ alias }) => alias === name);
  if (project?.isSource) return undefined;
  if (project) return `projects.${name} has no source: add "source: {}" to it, so that its jobs are watched`;
  const byId = known.find(({ id }) => id === name);
  if (byId) return `write the alias of this project, ${byId.alias}`;
  return unknownAlias(
    name,
    known.filter(({ isSource }) => isSource),
    'aliases with a source',
  );
}

function targetProblem(name: string, known: readonly KnownProject[]): string | undefined {
  if (isProject(name, known)) return undefined;
  if (name.length > MAX_ID_LENGTH) return `write an alias, or an id in at most ${MAX_ID_LENGTH} characters`;
  return unknownAlias(name, known, 'known aliases');
}

function isProject(name: string, known: readonly KnownProject[]): boolean {
  return PROJECT_ID.test(name) || known.some(({ alias }) => alias === name);
}

function unknownAlias(name: string, known: readonly KnownProject[], which: string): string {
  if (/[*?]/.test(name)) return 'globs mean nothing here: name each project';
  const parts = name.split(/[\s,;]+/).filter((part) => part !== '');
  if (parts.length > 1 && parts.every((part) => isProject(part.replace(/^-/, ''), known))) {
    return 'several in one text: write a list, as in [prod-eu, prod-us]';
  }
  const aliases = known.map(({ alias }) => alias);
  const meant = nearest(name, aliases);
  return `unknown alias; ${meant ? `did you mean ${meant}? ` : ''}${which}: ${aliases.join(', ') || 'none'}`;
}

function repeated(references: readonly Reference[], known: readonly KnownProject[]): Finding[] {
  const ids = references.map(({ name }) => idOf(name, known));
  return references.flatMap(({ path }, i) => {
    return finding(path, 'value', ids.indexOf(ids[i] ?? '') < i && 'this project is in the list already: keep one');
  });
}

function idOf(name: string, known: readonly KnownProject[]): string {
  return known.find(({ alias }) => alias === name)?.id ?? name;
}

/** One reference or a list of them. */
function referencesIn(value: unknown, path: Path): Reference[] {
  if (typeof value === 'string') return [{ path, name: value }];
  return itemsOf(value).flatMap((name, i) => (typeof name === 'string' ? [{ path: [...path, i], name }] : []));
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function finding(path: Path, at: Finding['at'], message: string | false | undefined): Finding[] {
  return message ? [{ path, at, message }] : [];
}
