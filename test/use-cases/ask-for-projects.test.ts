import { describe, expect, it } from 'vitest';
import { ForbiddenError, UnavailableError } from '../../lambdas/core/errors.ts';
import { askForProjects } from '../../lambdas/use-cases/ask-for-projects.ts';

type Answer = boolean | Error;

async function walk(...answers: Answer[]) {
  const asked: string[] = [];
  const ids = answers.map((_, index) => `proj_${index}`);
  const result = await askForProjects(ids, async (id) => {
    asked.push(id);
    const answer = answers[ids.indexOf(id)];
    if (answer instanceof Error) throw answer;
    return answer ?? false;
  });
  return { ...result, asked: asked.length };
}

const FORBIDDEN = new ForbiddenError('no', { status: 403 });

describe('the walk over the projects that tell whose key it is', () => {
  it('ends with the first that the organisation has', async () => {
    expect(await walk(false, true, true)).toEqual({ known: 'proj_1', forbidden: null, asked: 2 });
  });

  it('goes on where one is forbidden, since the next may tell', async () => {
    expect(await walk(FORBIDDEN, true)).toEqual({ known: 'proj_1', forbidden: FORBIDDEN, asked: 2 });
    expect(await walk(false, FORBIDDEN, false)).toEqual({ known: null, forbidden: FORBIDDEN, asked: 3 });
  });

  it('spends no more calls than three on what is forbidden', async () => {
    expect((await walk(FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN)).asked).toBe(3);
  });

  it('knows none where there is none', async () => {
    expect(await walk()).toEqual({ known: null, forbidden: null, asked: 0 });
    expect(await walk(false, false)).toEqual({ known: null, forbidden: null, asked: 2 });
  });

  it('passes on what is said of no single project', async () => {
    await expect(walk(new UnavailableError('away'), true)).rejects.toThrow('away');
  });
});
