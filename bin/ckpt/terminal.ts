/** Where the CLI writes. Standard output is for the answer, standard error for everything else. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Width of standard output; null where it is no terminal. */
  readonly columns: number | null;
  /** Whether standard output shows colours; NO_COLOR and TERM have been heeded. */
  readonly color: boolean;
  /** Whether somebody watches standard error. */
  readonly watched: boolean;
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
  };
}
