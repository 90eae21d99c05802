/** Receipts gathered by asset, the figure's widths, and the history as CSV. */
import { describe, expect, it } from 'vitest';
import type { HistoryEntry, Receipt } from '@tributary/sdk';
import { csvOf } from '../src/history/csv.js';
import { sourcesOf, streamsOf, STREAMS_MAX } from '../src/why/sources.js';

const token = { vault: 'Vault', mint: 'Mint', decimals: 6 };

function receipt(asset: string, policy: Receipt['policy'], amount: bigint): Receipt {
  const named = { asset, name: `Name of ${asset}` };
  return {
    token,
    epoch: 1,
    asset: named,
    agent: { asset: 'Agent', name: null },
    policy,
    amount: amount.toString(),
    events: 1,
  };
}

describe('sources', () => {
  const receipts = [
    receipt('b', 'declared', 5n),
    receipt('a', 'verbatim', 20n),
    receipt('b', 'royalty', 30n),
  ];

  it('sum up to the receipts and come largest first', () => {
    const sources = sourcesOf(receipts);
    expect(sources.map(({ asset, amount }) => [asset, amount])).toEqual([
      ['b', 35n],
      ['a', 20n],
    ]);
    expect(sources[0]?.policies).toEqual(['royalty', 'declared']);
  });

  it('flow as wide as their shares, the smallest still visible, the rest together', () => {
    const many = sourcesOf(
      Array.from({ length: 20 }, (_, n) => receipt(`asset ${String(n)}`, 'verbatim', 1n << BigInt(n))),
    );
    const streams = streamsOf(many, 56);
    expect(streams).toHaveLength(STREAMS_MAX + 1);
    expect(streams.at(-1)?.label).toBe('13 more');
    expect(streams[0]!.width).toBeCloseTo(28, 0);
    expect(Math.min(...streams.map((stream) => stream.width))).toBeGreaterThan(1);
    expect(streamsOf([], 56)).toEqual([]);
  });
});

describe('the history as CSV', () => {
  const base = { token, slot: 7, at: 1_700_000_000, epoch: 2, signature: 'Sig' };
  const claim = { class: 'earned' as const, paid: '1500000', claimed: '1500000', destination: 'Dest' };
  const root = { root_id: 'ab', attempt: 0, status: 'active' as const, earned: '6442450944' };

  it('keeps exact amounts and says their units', () => {
    const entries = [
      { ...base, claim, root: null },
      { ...base, at: null, claim: null, root },
    ] satisfies HistoryEntry[];
    expect(csvOf(entries).split('\r\n')).toEqual([
      'slot,time,kind,epoch,vault,mint,paid_base_units,earned_sub_units,signature',
      '7,2023-11-14T22:13:20.000Z,claim earned,2,Vault,Mint,1500000,,Sig',
      '7,,root active,2,Vault,Mint,,6442450944,Sig',
      '',
    ]);
  });

  it('cannot smuggle a formula into a spreadsheet', () => {
    const entry = { ...base, signature: '=HYPERLINK("x")', claim, root: null } satisfies HistoryEntry;
    expect(csvOf([entry])).toContain(`"'=HYPERLINK(""x"")"`);
  });
});
