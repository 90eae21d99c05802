/** Claims: builds afresh, so that the newest root is used, sends, and reports what the chain paid. */
import { fetchVaultState } from '../chain/read.js';
import { send, type Confirmed } from '../chain/transactions.js';
import { TransactionError } from '../errors.js';
import { buildClaim, type BuildClaimQuery, type PreparedClaim } from './build.js';

/** Where a claim stands; for people who wait. */
export type ClaimStep = 'building' | 'signing' | 'confirming';

/** A claim that worked. */
export interface ClaimReceipt extends Confirmed {
  /** Base units the chain has paid in this transaction or since it was built. */
  readonly paid: bigint;
  readonly prepared: PreparedClaim;
}

/** What is asked. */
export interface ClaimQuery extends BuildClaimQuery {
  /** Told each step as it begins. */
  readonly onStep?: (step: ClaimStep) => void;
}

/**
 * Claims everything due in a vault in one transaction.
 *
 * @example
 * ```ts
 * const signer = await createKeyPairSignerFromBytes(keyFile);
 * const { signature, paid } = await claim({ rpc, files, vault, claimant: signer.address, payer: signer });
 * ```
 */
export async function claim(query: ClaimQuery): Promise<ClaimReceipt> {
  query.onStep?.('building');
  const prepared = await buildClaim(query);
  if (!prepared.affordable || !prepared.simulated) {
    const needed = prepared.feeLamports + prepared.rentLamports;
    throw new TransactionError(
      `Fee and rent come to ${needed} lamports, but the paying account has ${prepared.balanceLamports}.`,
      `Send at least ${needed - prepared.balanceLamports} lamports to ${query.payer.address}, then try again.`,
    );
  }
  query.onStep?.('signing');
  const onSent = () => query.onStep?.('confirming');
  const confirmed = await send(query.rpc, prepared.simulated, { ...query.options, onSent });
  const { claimed } = await fetchVaultState(query.rpc, query.vault, query.claimant);
  const paid = prepared.parts.reduce((sum, part) => sum + claimed[part.class] - part.claimed, 0n);
  return { ...confirmed, paid, prepared };
}
