export interface Chart {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** In order of x; all above zero. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

const [WIDTH, HEIGHT] = [560, 320];
const MARGIN = { left: 64, right: 24, top: 40, bottom: 48 };

/** One line, with marks and values, as an SVG picture that reads on light and dark pages alike. Both axes are logarithmic. */
export function lineChart({ title, x, y, points }: Chart): string {
  const across = scale(
    points.map((point) => point.x),
    MARGIN.left,
    WIDTH - MARGIN.right,
  );
  const up = scale([...points.map((point) => point.y), 1], HEIGHT - MARGIN.bottom, MARGIN.top);
  const at = points.map((point) => ({ ...point, left: across(point.x), top: up(point.y) }));
  const line = at.map(({ left, top }) => `${left},${top}`).join(' ');
  const marks = at.map(
    ({ left, top, y: value }) =>
      `<circle cx="${left}" cy="${top}" r="4"/><text x="${left}" y="${top - 10}" text-anchor="middle">${short(value)}</text>`,
  );
  const ticks = at.map(
    ({ left, x: value }) => `<text x="${left}" y="${HEIGHT - MARGIN.bottom + 18}" text-anchor="middle">${value}</text>`,
  );
  const [bottom, right] = [HEIGHT - MARGIN.bottom, WIDTH - MARGIN.right];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escape(title)}">`,
    '<style>text{font:12px sans-serif;fill:#777}.title{font-size:14px;font-weight:bold}circle{fill:#2f7fd1}</style>',
    `<text class="title" x="${MARGIN.left}" y="22">${escape(title)}</text>`,
    `<path d="M${MARGIN.left} ${MARGIN.top}V${bottom}H${right}" fill="none" stroke="#777"/>`,
    `<polyline points="${line}" fill="none" stroke="#2f7fd1" stroke-width="2"/>`,
    ...marks,
    ...ticks,
    `<text x="${(MARGIN.left + right) / 2}" y="${HEIGHT - 10}" text-anchor="middle">${escape(x)} (log)</text>`,
    `<text transform="translate(18 ${(MARGIN.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escape(y)} (log)</text>`,
    '</svg>',
    '',
  ].join('\n');
}

export interface Lines {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** Points in order of x; all above zero. */
  readonly lines: readonly {
    readonly name: string;
    readonly points: readonly { readonly x: number; readonly y: number }[];
  }[];
}

const LEGEND = 200;
const LEGEND_LINE = 16;

/** Several lines with a legend, otherwise as `lineChart`; the axis to the left shows powers of ten. */
export function linesChart({ title, x, y, lines }: Lines): string {
  const height = Math.max(HEIGHT, MARGIN.top + LEGEND_LINE * lines.length + MARGIN.bottom);
  const [bottom, right] = [height - MARGIN.bottom, WIDTH - MARGIN.right];
  const all = lines.flatMap(({ points }) => points);
  const decades = decadesOf(all.map((point) => point.y));
  const across = scale(
    all.map((point) => point.x),
    MARGIN.left,
    right,
  );
  const up = scale(decades, bottom, MARGIN.top);
  const drawn = lines.map(({ name, points }, i) => {
    const colour = `hsl(${Math.round((360 * i) / lines.length)} 65% 50%)`;
    const way = points.map((point) => `${across(point.x)},${up(point.y)}`).join(' ');
    const top = MARGIN.top + LEGEND_LINE * i + 4;
    return [
      `<polyline points="${way}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      `<path d="M${right + 20} ${top}h16" stroke="${colour}" stroke-width="3"/>`,
      `<text x="${right + 42}" y="${top + 4}">${escape(name)}</text>`,
    ].join('');
  });
  const ticks = [...new Set(all.map((point) => point.x))].map(
    (value) => `<text x="${across(value)}" y="${bottom + 18}" text-anchor="middle">${value}</text>`,
  );
  const marks = decades.map(
    (value) => `<text x="${MARGIN.left - 6}" y="${up(value) + 4}" text-anchor="end">${value}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH + LEGEND} ${height}" role="img" aria-label="${escape(title)}">`,
    '<style>text{font:12px sans-serif;fill:#777}.title{font-size:14px;font-weight:bold}</style>',
    `<text class="title" x="${MARGIN.left}" y="22">${escape(title)}</text>`,
    `<path d="M${MARGIN.left} ${MARGIN.top}V${bottom}H${right}" fill="none" stroke="#777"/>`,
    ...drawn,
    ...ticks,
    ...marks,
    `<text x="${(MARGIN.left + right) / 2}" y="${height - 10}" text-anchor="middle">${escape(x)} (log)</text>`,
    `<text transform="translate(18 ${(MARGIN.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escape(y)} (log)</text>`,
    '</svg>',
    '',
  ].join('\n');
}

/** Powers of ten around the values. */
function decadesOf(values: readonly number[]): number[] {
  const [low, high] = [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
  return Array.from({ length: Math.max(1, high - low) + 1 }, (_, i) => Number(`1e${low + i}`));
}

function scale(values: readonly number[], from: number, to: number): (value: number) => number {
  const logs = values.map(Math.log);
  const [least, most] = [Math.min(...logs), Math.max(...logs)];
  const room = most === least ? 1 : most - least;
  return (value) => Math.round(from + ((Math.log(value) - least) / room) * (to - from));
}

function short(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(1);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
