import type { Lane } from '../ports.ts';

/** The pacer's name of each lane's admin endpoint: OpenAI throttles every endpoint on its own. */
export const ENDPOINT_OF: Readonly<Record<Lane, string>> = {
  create: 'checkpoint-permissions.create',
  list: 'checkpoint-permissions.list',
  delete: 'checkpoint-permissions.delete',
};
