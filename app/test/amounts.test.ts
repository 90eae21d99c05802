/** Amounts and times as the page spells them. */
import { describe, expect, it } from 'vitest';
import {
  readable,
  readableSol,
  readableSubUnits,
  readableText,
  shortened,
  typedAmount,
} from '../src/ui/amount.js';
import { ago, duration } from '../src/ui/time.js';

describe('an amount', () => {
  it('is grouped in thousands and keeps every decimal of the mint', () => {
    expect(readable(1_234_567_890n, 6)).toEqual({ whole: '1,234', fraction: '567890' });
    expect(readableText(0n, 6)).toBe('0.000000');
    expect(readableText(1n, 6)).toBe('0.000001');
    expect(readableText(1_000_000n, 0)).toBe('1,000,000');
    expect(readableText(-1_500_000n, 6)).toBe('−1.500000');
  });

  it('is exact where a floating-point number is not', () => {
    expect(readableText((1n << 64n) - 1n, 9)).toBe('18,446,744,073.709551615');
    expect(readableText(9_007_199_254_740_993n, 6)).toBe('9,007,199,254.740993');
  });

  it('in sub-units is floored to base units, and a part of one is not called nothing', () => {
    expect(readableSubUnits(3n << 32n, 6)).toBe('0.000003');
    expect(readableSubUnits((3n << 32n) - 1n, 6)).toBe('0.000002');
    expect(readableSubUnits(5n, 6)).toBe('< 0.000001');
    expect(readableSubUnits(0n, 6)).toBe('0.000000');
  });

  it('of SOL drops the zeros at its end', () => {
    expect(readableSol(5_000n)).toBe('0.000005');
    expect(readableSol(2_000_000_000n)).toBe('2');
  });
});

describe('an address', () => {
  it('is shortened to its ends, and short texts are left alone', () => {
    expect(shortened('9gEB7cBeasraZZ9y6k9QYqEGvX3CxDprcF4RMDoC2T3d')).toBe('9gEB…2T3d');
    expect(shortened('shorter')).toBe('shorter');
  });
});

describe('a time', () => {
  it('says how long something takes and how long ago it was', () => {
    expect([duration(-5), duration(42_000), duration(185_000), duration(7_800_000)]).toEqual([
      '0 s',
      '42 s',
      '3 min 05 s',
      '2 h 10 min',
    ]);
    expect([ago(2_000), ago(30_000), ago(180_000), ago(3 * 86_400_000)]).toEqual([
      'just now',
      '30 s ago',
      '3 min ago',
      '3 d ago',
    ]);
  });
});

describe('an amount that was typed', () => {
  it('is read exactly, or not at all', () => {
    expect(typedAmount('1,234.5', 6)).toBe(1_234_500_000n);
    expect(typedAmount('0.000001', 6)).toBe(1n);
    expect(typedAmount('7', 0)).toBe(7n);
    for (const wrong of ['', '0', '-1', '1.2345678', '1e3', '.5', '1.', '18446744073709.551616', 'ten']) {
      expect(typedAmount(wrong, 6), wrong).toBeUndefined();
    }
  });
});
