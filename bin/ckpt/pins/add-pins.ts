import { isDeepStrictEqual } from 'node:util';
import { Document, isMap, isScalar, isSeq, Lexer, parseDocument, YAMLSeq } from 'yaml';
import { parsePolicy } from '../../../lambdas/core/policy/parse.ts';
import { aliasOf, type Pin, type Policy } from '../../../lambdas/core/policy/policy.ts';

/** The section of a policy file that pins are, two lines a pin. */
export function pinsSection(pins: readonly Pin[]): string {
  const document = new Document({});
  document.set('permissions', document.createNode(pins.map((pin) => nodeOf(document, pin))));
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/**
 * The text of a policy file (YAML or JSON) with pins added under the file's own aliases. `policy` is what the text says now.
 * Nothing else changes where pins can be put behind the last one; other files are written anew, with their comments, anchors,
 * line ends and byte order mark. Null where neither says exactly the same and these pins, or a comment would be lost:
 * there are more ways to write YAML than anybody foresees, so the result is read again.
 */
export function addPins(text: string, policy: Policy, pins: readonly Pin[]): string | null {
  const [, mark = '', old = ''] = /^(\uFEFF?)(.*)$/s.exec(text.replaceAll('\r\n', '\n')) ?? [];
  const named = pins.map(({ checkpoint, to }) => ({ checkpoint, to: to.map((id) => aliasOf(policy, id) ?? id) }));
  const expected: Policy = { ...policy, permissions: [...policy.permissions, ...pins] };
  for (const write of [append, rewrite]) {
    const added = write(old, named);
    const parsed = parsePolicy(added);
    const isRight = 'policy' in parsed && isDeepStrictEqual(parsed.policy, expected);
    if (isRight && isDeepStrictEqual(marksIn(added), marksIn(old))) {
      return mark + (text.includes('\r\n') ? added.replaceAll('\n', '\r\n') : added);
    }
  }
  return null;
}

/** From the key to the last line that is neither empty nor a comment. */
const SECTION = /^permissions:.*\n(?:(?:(?:[ #-].*)?\n)*(?:-| +[^ #\n]).*\n)?/m;

/** As text: right for what people write, and wrong for what else YAML allows. */
function append(text: string, pins: readonly Pin[]): string {
  const whole = text.replace(/\n?$/, '\n');
  const [section] = SECTION.exec(whole) ?? [];
  if (section === undefined) return `${whole}\n${pinsSection(pins)}`;
  const [, indent = '  '] = /^( *)- /m.exec(section) ?? [];
  const items = pinsSection(pins).replace(/^.*\n/, '').replaceAll(/^ {2}/gm, indent);
  return whole.replace(section, () => section + items);
}

function rewrite(text: string, pins: readonly Pin[]): string {
  const document = parseDocument(text, { schema: 'core', uniqueKeys: false, resolveKnownTags: false });
  const isFlow = isMap(document.contents) && document.contents.flow === true;
  const list = listIn(document, isFlow);
  for (const pin of pins) list?.add(nodeOf(document, pin));
  return document.toString({
    lineWidth: 120,
    flowCollectionPadding: !/\{[^\s}]/.test(text),
    // What is JSON stays JSON.
    doubleQuotedAsJSON: true,
    defaultStringType: isFlow ? 'QUOTE_DOUBLE' : 'PLAIN',
  });
}

function nodeOf(document: Document, { checkpoint, to }: Pin) {
  return document.createNode({ checkpoint, to: document.createNode(to, { flow: true }) });
}

/** The list of pins, made where there is none; null where something else stands there. */
function listIn(document: Document, isFlow: boolean): YAMLSeq | null {
  const there = document.get('permissions', true);
  if (isSeq(there)) {
    if (there.items.length === 0) there.flow = isFlow;
    return there;
  }
  const isEmpty = isScalar(there) && there.value === null;
  if (there !== undefined && !isEmpty) return null;
  const list = new YAMLSeq(document.schema);
  if (isEmpty)
    Object.assign(list, { comment: there.comment, commentBefore: there.commentBefore, anchor: there.anchor });
  document.set('permissions', list);
  return list;
}

/** Every comment, anchor, alias and tag. */
function marksIn(text: string): readonly string[] {
  const marks = [...new Lexer().lex(text)].filter((token) => /^[#&*!]/.test(token));
  return marks.map((mark) => mark.trimEnd()).toSorted();
}
