import { type FakeOpenAI, type FakeOpenAIOptions, startFakeOpenAI } from '../fake-openai/fake-openai.ts';
import { type SandboxKeys, SOURCE, TARGETS } from './sandbox.ts';

/** A fake OpenAI with the projects and the keys that a sandbox is deployed with. */
export async function startSandboxOpenAI(keys: SandboxKeys, options: FakeOpenAIOptions = {}): Promise<FakeOpenAI> {
  const fake = await startFakeOpenAI({ seed: Date.now() % 2 ** 31, ...options });
  fake.addProject({ id: SOURCE.id, name: SOURCE.alias });
  for (const [name, id] of Object.entries(TARGETS)) fake.addProject({ id, name });
  fake.addAdminKey({ value: keys.adminKey });
  fake.addProjectKey(SOURCE.id, { value: keys.projectKey });
  return fake;
}
