import { run } from './ckpt/program.ts';
import { processTerminal } from './ckpt/terminal.ts';

// Whoever reads may stop reading (`ckpt list | head`): that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

process.exitCode = await run(process.argv.slice(2), processTerminal(), process.env);
