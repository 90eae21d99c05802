/** Receipts of an epoch gathered by asset: what the page shows first, and the shape of its figure. */
import type { Receipt } from '@tributary/sdk';

/** Why credit came about, in words. */
export const POLICIES: Readonly<
  Record<Receipt['policy'], { readonly name: string; readonly meaning: string }>
> = {
  declared: { name: 'declared', meaning: 'the agent’s own terms name this asset' },
  used: { name: 'used', meaning: 'this is the model that answered' },
  verbatim: { name: 'verbatim', meaning: 'stretches of this text stand in the answer' },
  unmatched: { name: 'unmatched', meaning: 'no registered text matched; this part stays with the model' },
  royalty: { name: 'royalty', meaning: 'something made from this asset was paid' },
  similar: { name: 'similar', meaning: 'this text is among the nearest to the answer' },
  curated: { name: 'curated', meaning: 'a text of your collection was paid' },
};

/** Everything an asset earned in an epoch. */
export interface Source {
  readonly asset: string;
  readonly name: string | undefined;
  /** In sub-units. */
  readonly amount: bigint;
  readonly policies: readonly Receipt['policy'][];
  /** Largest first. */
  readonly receipts: readonly Receipt[];
}

/** By asset, largest first; the order among equals is that of addresses. */
export function sourcesOf(receipts: readonly Receipt[]): readonly Source[] {
  const byAsset = new Map<string, Receipt[]>();
  for (const receipt of receipts) {
    const known = byAsset.get(receipt.asset.asset);
    if (known) known.push(receipt);
    else byAsset.set(receipt.asset.asset, [receipt]);
  }
  return [...byAsset.entries()]
    .map(([asset, parts]): Source => {
      const sorted = [...parts].sort((a, b) => larger(BigInt(a.amount), BigInt(b.amount)));
      return {
        asset,
        name: parts[0]?.asset.name ?? undefined,
        amount: parts.reduce((sum, part) => sum + BigInt(part.amount), 0n),
        policies: [...new Set(sorted.map((part) => part.policy))],
        receipts: sorted,
      };
    })
    .sort((a, b) => larger(a.amount, b.amount) || (a.asset < b.asset ? -1 : 1));
}

const larger = (a: bigint, b: bigint): number => (a === b ? 0 : a > b ? -1 : 1);

/** One stream of the figure. */
export interface Stream {
  readonly label: string;
  /** Width in units of the figure. */
  readonly width: number;
}

/** More sources than this flow together into one stream. */
export const STREAMS_MAX = 7;
const NARROWEST = 1.25;

/** Streams whose widths are the sources' shares of `full`; the smallest stay visible. */
export function streamsOf(sources: readonly Source[], full: number): readonly Stream[] {
  const total = sources.reduce((sum, source) => sum + source.amount, 0n);
  if (total === 0n) return [];
  // For drawing only: a share in millionths is finer than any screen.
  const width = (amount: bigint): number =>
    Math.max(NARROWEST, (Number((amount * 1_000_000n) / total) / 1e6) * full);
  const shown = sources.slice(0, sources.length > STREAMS_MAX + 1 ? STREAMS_MAX : STREAMS_MAX + 1);
  const rest = sources.slice(shown.length);
  const streams = shown.map((source) => ({
    label: source.name ?? source.asset,
    width: width(source.amount),
  }));
  if (rest.length === 0) return streams;
  const together = rest.reduce((sum, source) => sum + source.amount, 0n);
  return [...streams, { label: `${rest.length} more`, width: width(together) }];
}
