import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Where the CLI writes, and whom it asks. Standard output is for the answer, standard error for everything else. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Width of standard output; null where it is no terminal. */
  readonly columns: number | null;
  /** Whether standard output shows colours; NO_COLOR and TERM have been heeded. */
  readonly color: boolean;
  /** Whether somebody watches standard error. */
  readonly watched: boolean;
  /** Asks a question and comes back with the line that was typed; null where nobody is there to answer. */
  readonly ask: ((question: string, options?: QuestionOptions) => Promise<string>) | null;
  /** Standard input, where it is another than that of the process. */
  readonly input?: AsyncIterable<Uint8Array>;
}

export interface QuestionOptions {
  /** Shows nothing of what is typed. */
  readonly hidden?: boolean;
}

export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  return {
    out: (text) => {
      stdout.write(text);
    },
    err: (text) => {
      stderr.write(text);
    },
    columns: stdout.isTTY ? stdout.columns : null,
    color: stdout.isTTY === true && stdout.hasColors(),
    watched: stderr.isTTY === true,
    ask: process.stdin.isTTY === true ? ask : null,
  };
}

/** The question goes to standard error: standard output may be a file. The end of the input is an empty answer. */
async function ask(question: string, { hidden = false }: QuestionOptions = {}): Promise<string> {
  const { stdin, stderr } = process;
  // As a terminal: what is typed is shown by whoever writes to `output`, and by nobody else.
  const how = hidden ? { output: nowhere(), terminal: true, historySize: 0 } : { output: stderr };
  const lines = createInterface({ input: stdin, ...how });
  const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  if (hidden) stderr.write(question);
  try {
    return await Promise.race([lines.question(hidden ? '' : question), ended]);
  } finally {
    lines.close();
    if (hidden) stderr.write('\n');
  }
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
