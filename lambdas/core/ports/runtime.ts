/** Milliseconds since the epoch. */
export type Clock = () => number;

/** Waits for so many milliseconds. */
export type Sleep = (ms: number) => Promise<void>;

/** Structured logging. Fields are flat; ids go under `jobId`, `checkpoint`, `requestId`, `projectId`, `permissionId`. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}
