/** Which models a project may use at all. */
export interface ModelPermissions {
  readonly mode: 'allow_list' | 'deny_list';
  readonly modelIds: readonly string[];
}

export interface FakeProject {
  readonly id: string;
  name: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  archivedAt: number | null;
  modelPermissions: ModelPermissions | null;
}

/** The organisation's projects, archived ones included. */
export class Projects {
  readonly #projects = new Map<string, FakeProject>();

  add(project: FakeProject): FakeProject {
    if (this.#projects.has(project.id)) throw new Error(`Project ${project.id} is there already: use another id.`);
    this.#projects.set(project.id, project);
    return project;
  }

  /** For the test itself: throws for a project that was never added. */
  need(id: string): FakeProject {
    const project = this.#projects.get(id);
    if (!project) throw new Error(`Add project ${id} first.`);
    return project;
  }

  find(id: string): FakeProject | undefined {
    return this.#projects.get(id);
  }

  delete(id: string): void {
    this.#projects.delete(id);
  }

  /** Newest first. */
  list(includeArchived: boolean): readonly FakeProject[] {
    return [...this.#projects.values()].filter((project) => includeArchived || project.archivedAt === null).reverse();
  }
}
