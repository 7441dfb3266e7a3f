import type { ErrorCode } from 'yaml';

/** What to do about each mistake in the YAML itself. Own words, since the parser's may repeat a piece of the file. */
export const SYNTAX_MISTAKES: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias (*name) takes no anchor and no tag: remove them',
  BAD_ALIAS: 'not the name of an anchor: put text that begins with * or & in quotes, as in "*-prod"',
  BAD_COLLECTION_TYPE: 'the tag does not fit what follows: remove it',
  BAD_DIRECTIVE: 'unknown directive: put text that begins with % in quotes',
  BAD_DQ_ESCAPE: 'unknown escape: write \\\\ for a backslash, or use single quotes',
  BAD_INDENT:
    'wrong indentation, or a missing ] or }: indent what belongs together alike, close every bracket, and put text that begins with { or [ in quotes',
  BAD_PROP_ORDER: 'anchors come after the - ? or : that they belong to',
  BAD_SCALAR_START: 'text that begins with this character needs quotes, as in "@x"',
  BLOCK_AS_IMPLICIT_KEY:
    'a second key on the same line: remove a colon at its end, put a value that has one in quotes, or the mapping on lines of its own',
  BLOCK_IN_FLOW: 'within [ ] and { } write lists and mappings with [ ] and { } too',
  DUPLICATE_KEY: 'this key was given before: keep one',
  IMPOSSIBLE: 'not readable as YAML from here on',
  KEY_OVER_1024_CHARS: 'a key of more than 1024 characters: is a quote or a bracket missing before it?',
  MISSING_CHAR:
    'a quote, a comma, a colon or a space is missing here, or the line is indented otherwise than those it belongs to',
  MULTILINE_IMPLICIT_KEY: 'a key over several lines: is a : missing, or a quote not closed?',
  MULTIPLE_ANCHORS: 'two anchors for one value: keep one',
  MULTIPLE_DOCS: 'a second document begins here: keep one, and remove the ---',
  MULTIPLE_TAGS: 'two tags for one value: remove them',
  NON_STRING_KEY: 'a key must be text',
  RESOURCE_EXHAUSTION: 'nested too deeply',
  TAB_AS_INDENT: 'a tab cannot indent: use spaces',
  TAG_RESOLVE_FAILED: 'tags (!name) mean nothing here: remove it, or put the text in quotes',
  UNEXPECTED_TOKEN: 'this does not belong here: check the indentation, the brackets and the quotes before it',
};
