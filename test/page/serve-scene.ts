import { readAssets } from '../../bin/ckpt/ui/assets.ts';
import { type PageServer, servePage } from '../../bin/ckpt/ui/server.ts';
import { openTestSession } from '../ckpt/session.ts';
import type { InMemoryLedger } from '../in-memory/ledger.ts';
import { aScene, type SceneSize } from './scene.ts';

export interface ServedScene extends PageServer {
  readonly ledger: InMemoryLedger;
}

/** The page over a scene in memory, with nothing of AWS. */
export async function serveScene(
  size: SceneSize,
  options: { readonly port?: number; readonly allowChanges?: boolean } = {},
): Promise<ServedScene> {
  const { policy, ledger } = await aScene(size, Date.now());
  const { session } = openTestSession({ policy, ledger, now: Date.now });
  const { port = 0, allowChanges = false } = options;
  const server = await servePage({
    operator: session.operator,
    stack: session.stack,
    assets: await readAssets(),
    port,
    allowChanges,
  });
  return { ...server, ledger };
}

// `node test/page/serve-scene.ts [CHECKPOINTS] [PROJECTS] [PORT]`, to look at the page while it is worked on.
if (process.argv[1] === import.meta.filename) {
  const [checkpoints = 200, projects = 12, port = 0] = process.argv.slice(2).map(Number);
  const { url } = await serveScene({ checkpoints, projects }, { port });
  process.stdout.write(`${url}\n`);
}
