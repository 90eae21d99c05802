/** What disputes keep from a claimant. */
import { describe, expect, it } from 'vitest';
import { heldOf, type Dispute } from '../src/statement/held.js';

type Classes = Parameters<typeof heldOf>[0]['vaults'][number]['classes'];

const inClass = (of: 'earned' | 'refund' | 'fee', held: string): Classes[number] => ({
  class: of,
  claimable: '0',
  claimed: '0',
  claimed_final: '0',
  cumulative: '0',
  cumulative_sub_units: '0',
  held: '0',
  held_sub_units: held,
  pending: '0',
  residue_sub_units: '0',
});
const vault = (name: string, ...held: string[]) => ({
  token: { vault: name, mint: 'mint', decimals: 6 },
  classes: held.map((each, at) => inClass((['earned', 'refund', 'fee'] as const)[at]!, each)),
  next_root: null,
  root_age_seconds: null,
  root_epoch: null,
});
const dispute = (asset: string, deadline: number | null): Dispute => ({
  asset: { asset, name: null },
  challenger: 'challenger',
  evidence: null,
  bond_lamports: '1',
  opened_slot: 1,
  deadline_slot: deadline,
  upheld_slot: null,
  reassign_from: null,
  outcome: null,
  outcome_slot: null,
});
const balances = (...vaults: ReturnType<typeof vault>[]) => ({ claimant: 'claimant', vaults });

describe('what is held', () => {
  it('is summed exactly over the classes of each vault, and zero is left out', () => {
    const big = (2n ** 90n).toString();
    const { byVault } = heldOf(balances(vault('a', big, '0', '3'), vault('b', '0', '0')), [], new Set());
    expect([...byVault]).toEqual([['a', 2n ** 90n + 3n]]);
  });

  it('names only disputes about assets that the claimant shares, the first to end first', () => {
    const open = [dispute('mine', 900), dispute('theirs', 10), dispute('late', null), dispute('soon', 20)];
    const { disputes } = heldOf(balances(), open, new Set(['mine', 'soon', 'late']));
    expect(disputes.map(({ asset }) => asset.asset)).toEqual(['soon', 'mine', 'late']);
  });
});
