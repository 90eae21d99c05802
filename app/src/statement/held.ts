/** What open disputes keep from a claimant: pure, from what the API says. */
import type { Balances, EntryOf } from '@tributary/sdk';

/** A dispute, as the API lists it. */
export type Dispute = EntryOf<'/v1/disputes'>;

/** What disputes mean to a claimant. */
export interface Held {
  /** Sub-units held in each vault; vaults where nothing is held are left out. */
  readonly byVault: ReadonlyMap<string, bigint>;
  /** Open disputes about assets that the claimant has a share of, those that end first at the beginning. */
  readonly disputes: readonly Dispute[];
}

export function heldOf(
  balances: Balances,
  open: readonly Dispute[],
  sharedAssets: ReadonlySet<string>,
): Held {
  const sums = balances.vaults.map(
    ({ token, classes }) =>
      [token.vault, classes.reduce((sum, each) => sum + BigInt(each.held_sub_units), 0n)] as const,
  );
  const end = ({ deadline_slot: deadline }: Dispute): number => deadline ?? Number.MAX_SAFE_INTEGER;
  return {
    byVault: new Map(sums.filter(([, held]) => held > 0n)),
    disputes: open.filter(({ asset }) => sharedAssets.has(asset.asset)).sort((a, b) => end(a) - end(b)),
  };
}
