import { collect } from './options.ts';
import type { CliCommand } from './session.ts';

export const repair: CliCommand<{ readonly project?: readonly string[] }> = {
  define: (program) =>
    program
      .command('repair')
      .description('share again what is gone at OpenAI and was left so: drifted, or repaired too often (flapping)')
      .argument('<checkpoint>', 'its model id, ft:…')
      .option('--project <alias or id>', 'only for this target project', collect),

  async run({ operator }, { project = [] }, [checkpoint = '']) {
    const repaired = await operator.ask({ command: 'repair', checkpoint, project });
    const names = repaired.projects.map((each) => each.project ?? each.projectId);
    return { document: repaired, text: () => `${checkpoint} is shared again with ${names.join(', ')}.\n` };
  },
};
