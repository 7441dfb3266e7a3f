import { repaired } from '../../lambdas/shared/contract/permissions.ts';
import { ask } from './ask.ts';
import { collect } from './options.ts';
import type { CliCommand } from './session.ts';

export const repair: CliCommand<{ readonly project?: readonly string[] }> = {
  document: repaired,
  define: (program) =>
    program
      .command('repair')
      .description('share again what is gone at OpenAI and was left so: drifted, or repaired too often (flapping)')
      .argument('<checkpoint>', 'its model id, ft:…')
      .option('--project <alias or id>', 'only for this target project', collect),

  async run(session, { project = [] }, [checkpoint = '']) {
    const done = await ask(session, { command: 'repair', checkpoint, project });
    const names = done.projects.map((each) => each.project ?? each.projectId);
    return { document: done, text: () => `${checkpoint} is shared again with ${names.join(', ')}.\n` };
  },
};
