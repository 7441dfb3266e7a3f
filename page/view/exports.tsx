import { useRef } from 'preact/hooks';
import { asCsv, asJson, asSvg } from '../model/export.ts';
import { columns, narrowed, route } from '../store.ts';

const FORMATS = [
  { ending: 'csv', type: 'text/csv', make: asCsv },
  { ending: 'json', type: 'application/json', make: asJson },
  { ending: 'svg', type: 'image/svg+xml', make: asSvg },
] as const;

/** The matrix, as it is narrowed, as a file. */
export function Exports() {
  const menu = useRef<HTMLDetailsElement>(null);
  const save = ({ ending, type, make }: (typeof FORMATS)[number]) => {
    const { lines, fits } = narrowed.value;
    const { shown, folded } = columns.value;
    const rows = lines.flatMap((line) => (line.kind === 'row' ? [line.row] : []));
    const text = make({ rows, columns: route.value.allProjects ? [...shown, ...folded] : shown, fits });
    const url = URL.createObjectURL(new Blob([text], { type }));
    const link = Object.assign(document.createElement('a'), { href: url, download: `checkpoint-sharing.${ending}` });
    link.click();
    // The download has begun when this turn is over.
    setTimeout(() => URL.revokeObjectURL(url));
    if (menu.current) menu.current.open = false;
  };
  return (
    <details class="menu" ref={menu}>
      <summary>Export</summary>
      <div>
        {FORMATS.map((format) => (
          <button type="button" key={format.ending} onClick={() => save(format)}>
            {format.ending.toUpperCase()}
          </button>
        ))}
      </div>
    </details>
  );
}
