import { type Fields, isFields } from './json.ts';
import { noState, unusable } from './unusable.ts';

const BLOCK =
  /^[ \t]*(?:check|data|import|locals|module|moved|output|provider|removed|resource|terraform|variable)\b[^\n]*\{/m;
/** What a ZIP archive begins with, which is the form of a saved plan. */
const ZIP = 'PK\u0003\u0004';

/** The JSON object of a text; throws `CliError` for all that people take for a state by mistake. */
export function parseText(text: string, source: string): Fields {
  if (text.trim() === '') throw unusable(`${source} is empty: there is no state yet, or what was to write it failed.`);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw notJson(text, source);
  }
  if (isFields(document)) return document;
  throw noState(source);
}

function notJson(text: string, source: string): Error {
  if (text.startsWith(ZIP)) {
    return unusable(
      `${source} is a saved plan, which only Terraform can read.`,
      'Run "terraform show -json PLAN > FILE", and name that file.',
    );
  }
  if (BLOCK.test(text)) {
    return unusable(
      `${source} is written in Terraform's own language: a configuration, or "terraform show" without -json.`,
    );
  }
  return unusable(`${source} is not JSON, or is cut off.`);
}
