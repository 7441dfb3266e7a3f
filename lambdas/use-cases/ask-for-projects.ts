import { ForbiddenError } from '../core/errors.ts';

/** To be forbidden so many projects tells as much as to be forbidden all. */
const MOST_FORBIDDEN = 3;

/**
 * Asks for the policy's projects one by one, until the admin key's organisation has one. `forbidden`: of some of them OpenAI
 * does not say. Throws what `hasProject` throws of anything else than a single project.
 */
export async function askForProjects(
  projectIds: readonly string[],
  hasProject: (projectId: string) => Promise<boolean>,
): Promise<{ readonly known: string | null; readonly forbidden: ForbiddenError | null }> {
  let forbidden: ForbiddenError | null = null;
  let count = 0;
  for (const projectId of projectIds) {
    try {
      if (await hasProject(projectId)) return { known: projectId, forbidden };
    } catch (error) {
      if (!(error instanceof ForbiddenError)) throw error;
      forbidden = error;
      if (++count === MOST_FORBIDDEN) break;
    }
  }
  return { known: null, forbidden };
}
