/** Answers a completion script in place of ckpt, about a program that only tests know. */
import { answer } from '../../../bin/ckpt/completion/answer.ts';
import { aProgram } from './a-program.ts';

process.stdout.write(answer(aProgram(), process.argv.slice(3)));
