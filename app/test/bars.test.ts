/** The chart of earnings. */
import { describe, expect, it } from 'vitest';
import { BARS_MAX, chartOf, SERIES_MAX, type EarnedRow } from '../src/earnings/bars.js';

const row = (epoch: number, asset: string, amount: bigint, isActive = true): EarnedRow => ({
  epoch,
  asset,
  name: asset.toUpperCase(),
  amount,
  isActive,
});

describe('the chart of earnings', () => {
  it('neither loses nor invents a sub-unit', () => {
    const rows = Array.from({ length: 300 }, (_, n) => row(n % 20, `asset ${n % 9}`, BigInt(n) ** 7n + 1n));
    const { bars, series } = chartOf(rows);
    const all = rows.reduce((sum, each) => sum + each.amount, 0n);
    expect(bars.reduce((sum, bar) => sum + bar.total, 0n)).toBe(all);
    expect(series.reduce((sum, each) => sum + each.total, 0n)).toBe(all);
    for (const bar of bars) {
      expect(bar.segments.reduce((sum, each) => sum + each.amount, 0n)).toBe(bar.total);
    }
  });

  it('stacks each bar without holes, and the highest fills it', () => {
    const { bars } = chartOf([row(1, 'a', 30n), row(1, 'b', 10n), row(2, 'b', 20n)]);
    expect(bars[0]?.segments.map(({ from, to }) => [from, to])).toEqual([
      [0, 0.75],
      [0.75, 1],
    ]);
    expect(bars[1]?.segments).toEqual([{ series: 1, amount: 20n, from: 0, to: 0.5 }]);
  });

  it('shows the newest epochs in order, and few assets by name', () => {
    const rows = Array.from({ length: 40 }, (_, n) => row(40 - n, `asset ${n % 10}`, BigInt(100 - (n % 10))));
    const { bars, series } = chartOf(rows);
    expect(bars.map((bar) => bar.epoch)).toEqual(Array.from({ length: BARS_MAX }, (_, n) => 17 + n));
    expect(series).toHaveLength(SERIES_MAX + 1);
    expect(series.at(-1)?.name).toBe('5 others');
  });

  it('is empty when nothing was earned, and says which epochs may still be struck down', () => {
    expect(chartOf([])).toEqual({ series: [], bars: [], highest: 0n });
    expect(chartOf([row(1, 'a', 1n), row(2, 'a', 1n, false)]).bars.map((bar) => bar.isActive)).toEqual([
      true,
      false,
    ]);
  });
});
