import { CHANGES, type Change } from '../lambdas/core/plan/change.ts';

export const VIEWS = ['matrix', 'plan', 'queue', 'health'] as const;
export type ViewName = (typeof VIEWS)[number];

/** Where on the page somebody is: all of it stands in the address, behind the #, which is sent to nobody. */
export interface Route {
  readonly view: ViewName;
  /** What stands in the search box. */
  readonly query: string;
  /** The checkpoint whose story is told; null for none. */
  readonly checkpoint: string | null;
  /** A project's id, where the story is of one cell. */
  readonly project: string | null;
  /** Whether columns are shown that nobody shares with. */
  readonly allProjects: boolean;
  /** Whether a plan is shown as a list, instead of on the matrix. */
  readonly asList: boolean;
  /** The one kind of change that is shown of a plan; null for all. */
  readonly change: Change | null;
}

/** `#/matrix?q=state:drifted&of=ft:…&with=proj_…&all=1`, `#/plan?as=list&change=revoke`; what cannot be read is left out. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const parameters = new URLSearchParams(search);
  return {
    view: VIEWS.find((view) => view === path) ?? 'matrix',
    query: parameters.get('q') ?? '',
    checkpoint: parameters.get('of'),
    project: parameters.get('with'),
    allProjects: parameters.get('all') === '1',
    asList: parameters.get('as') === 'list',
    change: CHANGES.find((change) => change === parameters.get('change')) ?? null,
  };
}

export function formatRoute({ view, query, checkpoint, project, allProjects, asList, change }: Route): string {
  const parameters = new URLSearchParams();
  if (query !== '') parameters.set('q', query);
  if (checkpoint !== null) parameters.set('of', checkpoint);
  if (checkpoint !== null && project !== null) parameters.set('with', project);
  if (allProjects) parameters.set('all', '1');
  if (view === 'plan' && asList) parameters.set('as', 'list');
  if (view === 'plan' && change !== null) parameters.set('change', change);
  const search = parameters.toString();
  return `#/${view}${search === '' ? '' : `?${search}`}`;
}
