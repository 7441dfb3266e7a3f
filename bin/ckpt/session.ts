import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { z } from 'zod';
import { createOperator, type Operator } from './aws/operator-function.ts';
import { type AwsService, clientConfig, readAwsSettings } from './aws/settings.ts';
import type { GlobalOptions } from './options.ts';
import type { Terminal } from './terminal.ts';
import { createPaint, type Paint } from './text/paint.ts';

/** What a command works with. */
export interface Session {
  readonly stack: string;
  readonly operator: Operator;
  readonly terminal: Terminal;
  /** What a client of AWS is made with, as the AWS CLI would be. */
  clientConfig(service: AwsService): Promise<object>;
  readonly paint: Paint;
  /** Whether one JSON document is printed, and nothing else on standard output. */
  readonly json: boolean;
  /** Milliseconds since the epoch, by the clock of this machine. */
  now(): number;
  /** Waits for so many milliseconds. */
  sleep(ms: number): Promise<void>;
}

/** What a command comes back with; printed by whoever ran it. */
export interface Answer {
  /** With `--json`: the one document. */
  readonly document: unknown;
  /** For people; made only when it is shown. */
  readonly text: () => string;
  /** 1 = what was asked is answered, and the answer is bad; 2 = a plan with changes. Default: 0. */
  readonly exitCode?: 0 | 1 | 2;
  /** What goes on after it is printed; left out, the command is over then. */
  readonly until?: Promise<unknown>;
}

/** One command of the CLI. */
export interface CliCommand<Options> {
  /** What it prints with `--json`: what is published, and described, in `schemas/ckpt`. */
  readonly document: z.ZodType;
  /** Its name, options and help. */
  define(program: Command): Command;
  run(session: Session, options: Options, args: readonly string[]): Promise<Answer>;
}

/** Which stack is spoken to, and where. */
export interface Where {
  readonly stack: string;
  readonly region: string;
}

export async function whereIs({ stack, operator }: Session): Promise<Where> {
  return { stack, region: await operator.region() };
}

export function openSession(
  options: GlobalOptions,
  terminal: Terminal,
  environment: Readonly<Record<string, string | undefined>>,
): Session {
  return {
    stack: options.stack,
    operator: createOperator(options, environment),
    terminal,
    clientConfig: async (service) => clientConfig(await readAwsSettings(options, environment), service),
    paint: createPaint(options.color && terminal.color),
    json: options.json === true,
    now: Date.now,
    sleep: (ms) => sleep(ms),
  };
}
