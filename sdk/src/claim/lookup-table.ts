/** Which accounts an address lookup table for a vault's claims holds: those that all claims share. */
import type { Address } from '@solana/kit';
import { RING, type VaultAccount } from '../chain/accounts.js';
import { ASSOCIATED_TOKEN, rewardsEventAuthority, rootAddress, SYSTEM } from '../chain/addresses.js';

/**
 * The accounts, in no particular order. Whoever runs an API makes the table once, with
 * `solana address-lookup-table create` and `extend`, and names it with `--lookup-table`.
 *
 * @example
 * ```ts
 * const { vault: account } = await fetchVaultState(rpc, vault, claimant);
 * console.log((await claimTableAccounts(vault, account)).join(','));
 * ```
 */
export async function claimTableAccounts(vault: Address, account: VaultAccount): Promise<Address[]> {
  const roots = Array.from({ length: RING }, (_, place) => rootAddress(vault, place));
  return [
    vault,
    account.mint,
    account.tokenAccount,
    account.tokenProgram,
    ASSOCIATED_TOKEN,
    SYSTEM,
    await rewardsEventAuthority(),
    ...(await Promise.all(roots)),
  ];
}
