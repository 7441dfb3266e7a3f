import type { JobCheckpoint } from '../../lambdas/shared/contract/operator.ts';
import { type Chart, chartsOf, pathOf, scaleOf } from '../model/curves.ts';

const [WIDTH, HEIGHT] = [300, 96];

/** The metrics of a job's checkpoints over their steps: the final model as a diamond, the others as dots, this one ringed. */
export function Curves({
  checkpoints,
  told,
}: {
  readonly checkpoints: readonly JobCheckpoint[];
  readonly told: string;
}) {
  const charts = chartsOf(checkpoints);
  if (charts.length === 0) return <p class="faint">OpenAI tells no metrics of this job's checkpoints.</p>;
  return (
    <>
      {charts.map((chart) => (
        <ChartView key={chart.title} chart={chart} told={told} />
      ))}
      <p class="faint keys">◆ final model · ● checkpoint at a step · ○ this one</p>
    </>
  );
}

function ChartView({ chart: { title, series }, told }: { readonly chart: Chart; readonly told: string }) {
  const scale = scaleOf(series, WIDTH, HEIGHT);
  const [least, most] = scale.values;
  const [from, to] = scale.steps;
  const points = series.flatMap((each) => each.points);
  return (
    <figure class="chart">
      <figcaption>
        {title}
        {series.map(({ name }, index) => (
          <span key={name} class={`series series-${index}`}>
            {name}
          </span>
        ))}
      </figcaption>
      <svg
        viewBox={`-52 -8 ${WIDTH + 64} ${HEIGHT + 28}`}
        role="img"
        aria-label={`${title} over steps; the numbers are in the table below`}
      >
        <path class="axis" d={`M0 0V${HEIGHT}H${WIDTH}`} />
        <text x="-6" y={scale.y(most) + 4} text-anchor="end">
          {show(most)}
        </text>
        {least !== most && (
          <text x="-6" y={scale.y(least) + 4} text-anchor="end">
            {show(least)}
          </text>
        )}
        <text x={scale.x(from)} y={HEIGHT + 16} text-anchor={from === to ? 'middle' : 'start'}>
          step {from.toLocaleString('en')}
        </text>
        {from !== to && (
          <text x={WIDTH} y={HEIGHT + 16} text-anchor="end">
            {to.toLocaleString('en')}
          </text>
        )}
        {series.map(({ name, points: own }, index) => (
          <g key={name} class={`series-${index}`}>
            <path class="curve" d={pathOf(own, scale)} />
            {own.map(({ step, value, final, checkpoint }) => {
              const [x, y] = [scale.x(step), scale.y(value)];
              return (
                <g key={step}>
                  {checkpoint === told && <circle class="ring" cx={x} cy={y} r="7" />}
                  {final ? (
                    <path class="dot" d={`M${x} ${y - 4.5}l4.5 4.5l-4.5 4.5l-4.5-4.5z`} />
                  ) : (
                    <circle class="dot" cx={x} cy={y} r="3" />
                  )}
                </g>
              );
            })}
          </g>
        ))}
      </svg>
      <details>
        <summary>{title} as numbers</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">step</th>
              {series.map(({ name }) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...new Set(points.map(({ step }) => step))]
              .sort((a, b) => a - b)
              .map((step) => (
                <tr key={step}>
                  <th scope="row">{step.toLocaleString('en')}</th>
                  {series.map(({ name, points: own }) => {
                    const value = own.find((point) => point.step === step)?.value;
                    return <td key={name}>{value === undefined ? '–' : show(value)}</td>;
                  })}
                </tr>
              ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function show(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 4 });
}
