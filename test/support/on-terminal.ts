import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { findPython } from '../local-cloud/python.ts';

/** Runs a program on a terminal of its own, types an answer when its question shows, and prints all that the terminal has shown. */
const TYPIST = `
import json, os, pty, sys
typed, program = json.loads(sys.argv[1]), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(program[0], program)
shown, seen = b'', 0
while True:
    try:
        chunk = os.read(terminal, 65536)
    except OSError:
        break
    if not chunk:
        break
    shown += chunk
    while typed and typed[0][0].encode() in shown[seen:]:
        question, answer = typed.pop(0)
        seen = shown.index(question.encode(), seen) + len(question)
        os.write(terminal, answer.encode())
sys.stdout.buffer.write(shown)
sys.stdout.flush()
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status) & 0xFF)
`;

/** What a terminal has shown of a program at its end, and its exit code. `typed`: each question with what is typed then. */
export async function onTerminal(
  program: readonly string[],
  typed: readonly (readonly [question: string, answer: string])[],
  env: Readonly<Record<string, string | undefined>>,
) {
  const child = spawn(await findPython(), ['-c', TYPIST, JSON.stringify(typed), ...program], {
    env: env as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [shown, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { code: code as number | null, shown };
}
