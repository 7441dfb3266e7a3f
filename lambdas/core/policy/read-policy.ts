import { SettingsError } from '../errors.ts';
import { PROJECT_ID } from '../model/ids.ts';
import type { Policy } from './policy.ts';

/**
 * Takes the policy that was bundled with a function. Its mistakes were reported when it was parsed; this only makes sure
 * that it is such a policy, of a version this code knows, and whole: an unreadable policy must never pass for an empty
 * one, which would orphan everything. Throws `SettingsError`.
 */
export function readPolicy(json: unknown): Policy {
  const problems = policyProblems(json);
  if (problems.length > 0) {
    throw new SettingsError(
      `The bundled policy cannot be used: ${problems.join('; ')}. Deploy again with a sharing.yaml that parses.`,
    );
  }
  return json as Policy;
}

type Fields = Readonly<Record<string, unknown>>;

/** What keeps a JSON value from being a policy of this version; none = it is one. */
export function policyProblems(json: unknown): readonly string[] {
  if (!isFields(json)) return ['it is not a JSON object'];
  if (json.version !== 1) return ['its version is not 1'];
  const { openai, rotation, projects, rules, permissions, prune, reconcile, shutdowns } = json;
  const parts: readonly (readonly [string, boolean])[] = [
    [
      'openai',
      isFields(openai) && isText(openai.baseUrl) && isText(openai.tokenUrl) && isNumber(openai.adminRequestsPerMinute),
    ],
    ['rotation', isFields(rotation) && isNumber(rotation.graceSeconds)],
    ['projects', isListOf(projects, (item) => isText(item.alias) && isProjectId(item.id) && isSource(item.source))],
    ['rules', isListOf(rules, isRule)],
    ['permissions', isListOf(permissions, (item) => isText(item.checkpoint) && isProjectIds(item.to))],
    ['prune', typeof prune === 'boolean'],
    ['reconcile', isFields(reconcile) && isNumber(reconcile.everySeconds) && isNumber(reconcile.verifyPerMinute)],
    ['shutdowns', isListOf(shutdowns, (item) => isText(item.baseModel) && (item.date === null || isText(item.date)))],
  ];
  return parts.filter(([, readable]) => !readable).map(([name]) => `${name} is missing or of another form`);
}

function isRule(rule: Fields): boolean {
  const { name, from, match, checkpoints, to, onDrift, expireAfterDays } = rule;
  const isWhole = isText(name) && isTexts(from) && isMatch(match) && isSelection(checkpoints) && isProjectIds(to);
  return isWhole && isText(onDrift) && (expireAfterDays === null || isNumber(expireAfterDays));
}

/** One of an unknown kind would take nothing, and so let go of everything that the rule has shared. */
function isSelection(selection: unknown): boolean {
  if (!isFields(selection)) return false;
  const { kind, count, metric } = selection;
  if (kind === 'last') return isNumber(count);
  return kind === 'best' ? isText(metric) : kind === 'final' || kind === 'all';
}

/** A condition that was lost on the way would let a rule match more than it should. */
function isMatch(match: unknown): boolean {
  if (!isFields(match) || !isFields(match.metadata)) return false;
  return [match.baseModel, match.suffix].every((glob) => glob === null || typeof glob === 'string');
}

function isSource(source: unknown): boolean {
  return source === null || (isFields(source) && isIdentity(source.workloadIdentity));
}

function isIdentity(identity: unknown): boolean {
  if (identity === undefined || !isFields(identity)) return identity === undefined;
  const { given } = identity;
  return given === null || (isFields(given) && isText(given.identityProviderId) && isText(given.serviceAccountId));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isText);
}

function isProjectIds(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isProjectId);
}

function isProjectId(value: unknown): boolean {
  return isText(value) && PROJECT_ID.test(value);
}

function isListOf(value: unknown, accepts: (item: Fields) => boolean): boolean {
  return Array.isArray(value) && value.every((item) => isFields(item) && accepts(item));
}
