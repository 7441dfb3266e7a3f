import type { RefusedProject } from '../../core/model/permission.ts';
import { AdminCalls } from './admin-calls.ts';
import { Witnesses } from './witnesses.ts';

/** One function's turn at the due work: its admin calls, and what it has seen. */
export class Turn extends AdminCalls {
  readonly refused = new Map<string, RefusedProject>();
  readonly witnesses = new Witnesses(this);
  /** Of what waits for a list that the key may not have, what was read to see whether it can be done without. */
  readonly looked = new Set<string>();
  /** How often something that was due was settled without a call. */
  settled = 0;

  override async begin(): Promise<boolean> {
    if (!(await super.begin())) return false;
    await this.readRefused();
    return true;
  }

  /** Sees which projects OpenAI refuses as of now. */
  async readRefused(): Promise<void> {
    const projects = await this.deps.ledger.refusedProjects();
    this.refused.clear();
    for (const project of projects) this.refused.set(project.projectId, project);
  }
}
