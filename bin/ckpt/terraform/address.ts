const NAME = /^[\p{L}_][\p{L}\p{N}_-]{0,127}$/u;
const MODULE = /^module\.[\p{L}_][\p{L}\p{N}_-]*(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?$/u;
/** A step of a module's path; the keys of `for_each` may hold dots. */
const STEPS = /(?<=^|\.)module\.(?:[^."]|"(?:[^"\\]|\\.)*")*/g;
const KEY = /^[\p{L}\p{N}_ .,:;@/+=-]{1,128}$/u;
const LONGEST_PATH = 1024;
const SECRET = /\b(?:sk-|whsec_)/;

/**
 * The address of an instance as Terraform names it. `module` is the path of its module, as in `module.a["x"].module.b`,
 * and `key` that of `count` or `for_each`. Terraform lets no value that it knows to be secret be a key, but it does not
 * know all of them: what looks like a secret, or not like a name, is shown as `…`.
 */
export function addressOf(module: unknown, type: string, name: unknown, key: unknown): string {
  const resource = `${type}.${isName(name) ? name : '…'}${showKey(key)}`;
  return module === undefined || module === null || module === '' ? resource : `${showModule(module)}.${resource}`;
}

function isName(name: unknown): name is string {
  return typeof name === 'string' && NAME.test(name) && !SECRET.test(name);
}

function showKey(key: unknown): string {
  if (typeof key === 'number') return `[${key}]`;
  if (typeof key === 'string') return `["${KEY.test(key) && !SECRET.test(key) ? key : '…'}"]`;
  return '';
}

function showModule(module: unknown): string {
  const steps = typeof module === 'string' && module.length <= LONGEST_PATH ? (module.match(STEPS) ?? []) : [];
  const isPath = steps.length > 0 && steps.join('.') === module && steps.every((step) => MODULE.test(step));
  if (!isPath) return 'module.…';
  return steps
    .map((step) => step.replace(/"(.*)"/, (_, key: string) => showKey(key).slice(1, -1)))
    .map((step) => (SECRET.test(step) ? 'module.…' : step))
    .join('.');
}
