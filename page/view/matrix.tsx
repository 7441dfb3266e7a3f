import { useMemo } from 'preact/hooks';
import type { FilterName } from '../../lambdas/shared/contract/operator.ts';
import { CELL_STATES, MEANINGS, nameOf } from '../model/cell.ts';
import { plural } from '../model/names.ts';
import { parseQuery, setFilter, toggleFilter } from '../model/query.ts';
import { columns, counts, go, groups, loaded, names, narrowed, problem, route } from '../store.ts';
import { Exports } from './exports.tsx';
import { Grid } from './grid.tsx';
import { ShapeOf } from './shape.tsx';
import { Story } from './story.tsx';

/** Checkpoints by projects: who may use which model. */
export function MatrixView() {
  return (
    <div class={route.value.checkpoint === null ? 'matrix' : 'matrix told'}>
      <div class="sheet">
        <Tools />
        <Legend />
        {loaded.value && narrowed.value.lines.length === 0 && <Nothing />}
        <LedgerGrid />
      </div>
      <Story />
    </div>
  );
}

function LedgerGrid() {
  const { lines, fits } = narrowed.value;
  const { shown, folded } = columns.value;
  const { allProjects } = route.value;
  const projects = useMemo(() => (allProjects ? [...shown, ...folded] : shown), [allProjects, shown, folded]);
  const corner = folded.length > 0 && (
    <button type="button" class="fold" onClick={() => go({ allProjects: !allProjects })} aria-pressed={allProjects}>
      {`${allProjects ? 'Fold' : '+'} ${plural(folded.length, 'empty project')}`}
    </button>
  );
  return (
    <Grid
      label="Who may use which model: checkpoints by projects"
      lines={lines}
      projects={projects}
      fits={fits}
      corner={corner}
    />
  );
}

function Nothing() {
  return route.value.query === '' ? (
    <p class="nothing">The ledger has no checkpoint yet. As soon as a job of a source ends, it is here.</p>
  ) : (
    <p class="nothing">
      Nothing fits this search.{' '}
      <button type="button" class="link" onClick={() => go({ query: '' })}>
        Show everything
      </button>
    </p>
  );
}

function Tools() {
  const { query } = route.value;
  return (
    <search class="tools">
      <input
        type="search"
        class="search"
        aria-label="Search checkpoints"
        placeholder="Search, or state:drifted project:prod-eu checkpoint:*support*"
        value={query}
        spellcheck={false}
        autocomplete="off"
        onInput={({ currentTarget }) => go({ query: currentTarget.value })}
      />
      <Choice name="source" label="Source" options={names.value.sources} />
      <Choice name="project" label="Project" options={columns.value.shown.map(nameOf)} />
      <Choice name="rule" label="Rule" options={names.value.rules} />
      <Exports />
      <Summary />
    </search>
  );
}

function Summary() {
  const { rows } = narrowed.value;
  const all = groups.value.reduce((sum, { lines }) => sum + lines.length, 0);
  return (
    <output class="summary">
      {all > 0 || loaded.value
        ? `${plural(rows, 'checkpoint')}${rows === all ? '' : ` of ${all.toLocaleString('en')}`}`
        : !problem.value && 'Reading the ledger …'}
      {!loaded.value && all > 0 && ' so far …'}
    </output>
  );
}

interface ChoiceProps {
  readonly name: FilterName;
  readonly label: string;
  readonly options: readonly string[];
}

/** A filter of which one value is chosen at a time; more of them can be typed. */
function Choice({ name, label, options }: ChoiceProps) {
  const chosen = parseQuery(route.value.query).filter[name];
  return (
    <select
      aria-label={label}
      class={chosen.length > 0 ? 'chosen' : ''}
      value={chosen[0] ?? ''}
      onChange={({ currentTarget: { value } }) => go({ query: setFilter(route.value.query, name, value || null) })}
    >
      <option value="">{label}: all</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </select>
  );
}

/** What the shapes and colours mean, how many there are of each, and a way to see only those. */
function Legend() {
  const { query } = route.value;
  const chosen = parseQuery(query).filter.state;
  return (
    <ul class="legend" aria-label="States, to be narrowed by">
      {CELL_STATES.filter((state) => counts.value.has(state) || chosen.includes(state)).map((state) => (
        <li key={state}>
          <button
            type="button"
            aria-pressed={chosen.includes(state)}
            title={MEANINGS[state]}
            onClick={() => go({ query: toggleFilter(query, 'state', state) })}
          >
            <ShapeOf state={state} />
            {state} <span class="count">{(counts.value.get(state) ?? 0).toLocaleString('en')}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
