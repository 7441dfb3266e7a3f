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
}

/** `#/matrix?q=state:drifted&of=ft:…&with=proj_…&all=1`; what cannot be read is left out. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const parameters = new URLSearchParams(search);
  return {
    view: VIEWS.find((view) => view === path) ?? 'matrix',
    query: parameters.get('q') ?? '',
    checkpoint: parameters.get('of'),
    project: parameters.get('with'),
    allProjects: parameters.get('all') === '1',
  };
}

export function formatRoute({ view, query, checkpoint, project, allProjects }: Route): string {
  const parameters = new URLSearchParams();
  if (query !== '') parameters.set('q', query);
  if (checkpoint !== null) parameters.set('of', checkpoint);
  if (checkpoint !== null && project !== null) parameters.set('with', project);
  if (allProjects) parameters.set('all', '1');
  const search = parameters.toString();
  return `#/${view}${search === '' ? '' : `?${search}`}`;
}
