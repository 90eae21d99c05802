/**
 * The figure of a payout: each source a stream as wide as its share, joining into
 * one. It says nothing that the list below it does not say, so readers without
 * eyes for it lose nothing.
 */
import { streamsOf, type Source } from './sources.js';

interface Shape {
  readonly width: number;
  readonly row: number;
  readonly labels: number;
  readonly letters: number;
  readonly full: number;
}

const WIDE: Shape = { width: 960, row: 40, labels: 262, letters: 36, full: 56 };
const NARROW: Shape = { width: 360, row: 34, labels: 150, letters: 19, full: 36 };

export function Confluence({ sources }: { sources: readonly Source[] }) {
  if (sources.length === 0) return null;
  return (
    <>
      <Figure sources={sources} shape={WIDE} className="confluence wide-only" />
      <Figure sources={sources} shape={NARROW} className="confluence narrow-only" />
    </>
  );
}

function Figure({
  sources,
  shape,
  className,
}: {
  sources: readonly Source[];
  shape: Shape;
  className: string;
}) {
  // One source alone would be a bar as wide as the river: it is a stream too.
  const streams = streamsOf(sources, sources.length === 1 ? shape.full / 3 : shape.full);
  const height = Math.max(streams.length * shape.row, shape.full + 24);
  const trunk = streams.reduce((sum, stream) => sum + stream.width, 0);
  const top = (height - trunk) / 2;
  const rows = height / streams.length;
  const [from, to] = [shape.labels + 10, shape.width * 0.84];
  const middle = (from + to) / 2;
  const before = (at: number): number => streams.slice(0, at).reduce((sum, stream) => sum + stream.width, 0);
  return (
    <svg className={className} viewBox={`0 0 ${shape.width} ${height}`} aria-hidden="true" focusable="false">
      {streams.map((stream, at) => {
        const y = rows * (at + 0.5);
        const end = top + before(at) + stream.width / 2;
        return (
          <g key={`${stream.label}-${String(at)}`}>
            <text x={shape.labels} y={y} textAnchor="end" dominantBaseline="middle" fontSize="13">
              {cut(stream.label, shape.letters)}
            </text>
            <path
              d={`M${from} ${y} C${middle} ${y} ${middle} ${end} ${to} ${end} L${shape.width} ${end}`}
              fill="none"
              stroke="currentColor"
              strokeWidth={stream.width}
              strokeOpacity={0.92 - 0.55 * (at / Math.max(streams.length, 4))}
            />
          </g>
        );
      })}
    </svg>
  );
}

function cut(text: string, letters: number): string {
  return text.length <= letters ? text : `${text.slice(0, letters - 1).trimEnd()}…`;
}
