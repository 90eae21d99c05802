/** From earnings by epoch and asset to the bars of a chart. Amounts stay integers; only lengths are numbers. */

/** What an asset earned in an epoch, in sub-units. */
export interface EarnedRow {
  readonly epoch: number;
  readonly asset: string;
  readonly name: string;
  readonly amount: bigint;
  readonly isActive: boolean;
}

/** An asset in the chart, or all the others together. */
export interface Series {
  readonly key: string;
  readonly name: string;
  readonly total: bigint;
}

/** A part of a bar. */
export interface Segment {
  readonly series: number;
  readonly amount: bigint;
  /** Of the chart's height, from 0 to 1. */
  readonly from: number;
  readonly to: number;
}

/** What was earned in an epoch. */
export interface Bar {
  readonly epoch: number;
  readonly total: bigint;
  readonly isActive: boolean;
  readonly segments: readonly Segment[];
}

/** A chart. */
export interface Chart {
  readonly series: readonly Series[];
  readonly bars: readonly Bar[];
  readonly highest: bigint;
}

/** Assets with a colour of their own; the rest is drawn together. */
export const SERIES_MAX = 5;
/** Epochs drawn: the newest. */
export const BARS_MAX = 24;
/** Lengths are exact to this part. */
const FINENESS = 1_000_000n;

const OTHERS = 'others';

export function chartOf(rows: readonly EarnedRow[]): Chart {
  const epochs = [...new Set(rows.map((row) => row.epoch))].sort((a, b) => a - b).slice(-BARS_MAX);
  const drawn = rows.filter((row) => epochs.includes(row.epoch));
  const series = seriesOf(drawn);
  const place = new Map(series.map((each, at) => [each.key, at]));
  const other = place.get(OTHERS) ?? 0;
  const sums = epochs.map((epoch) => {
    const bySeries = series.map(() => 0n);
    const own = drawn.filter((row) => row.epoch === epoch);
    for (const row of own) {
      const at = place.get(row.asset) ?? other;
      bySeries[at] = (bySeries[at] ?? 0n) + row.amount;
    }
    return { epoch, bySeries, isActive: own.every((row) => row.isActive) };
  });
  const totals = sums.map(({ bySeries }) => bySeries.reduce((all, each) => all + each, 0n));
  const highest = totals.reduce((most, total) => (total > most ? total : most), 0n);
  const length = (amount: bigint): number =>
    highest === 0n ? 0 : Number((amount * FINENESS) / highest) / Number(FINENESS);
  const bars = sums.map(({ epoch, bySeries, isActive }, at): Bar => {
    let below = 0n;
    const segments = bySeries.flatMap((amount, number): Segment[] => {
      if (amount === 0n) return [];
      const from = length(below);
      below += amount;
      return [{ series: number, amount, from, to: length(below) }];
    });
    return { epoch, total: totals[at] ?? 0n, isActive, segments };
  });
  return { series, bars, highest };
}

/** The assets that earned most, then the others together. */
function seriesOf(rows: readonly EarnedRow[]): readonly Series[] {
  const totals = new Map<string, Series>();
  for (const { asset, name, amount } of rows) {
    const before = totals.get(asset)?.total ?? 0n;
    totals.set(asset, { key: asset, name, total: before + amount });
  }
  const sorted = [...totals.values()].sort((a, b) =>
    a.total === b.total ? a.key.localeCompare(b.key) : a.total > b.total ? -1 : 1,
  );
  if (sorted.length <= SERIES_MAX + 1) return sorted;
  const rest = sorted.slice(SERIES_MAX);
  const total = rest.reduce((sum, each) => sum + each.total, 0n);
  return [...sorted.slice(0, SERIES_MAX), { key: OTHERS, name: `${rest.length} others`, total }];
}
