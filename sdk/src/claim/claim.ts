/** Claims: builds afresh, so that the newest root is used, sends, and reports what the chain paid. */
import { fetchVaultState, type VaultState } from '../chain/read.js';
import { send, type Confirmed } from '../chain/transactions.js';
import { ChainError, OutcomeUnknown, TransactionError } from '../errors.js';
import { buildClaim, type BuildClaimQuery, type PreparedClaim } from './build.js';

/** How often the chain is asked what was paid, and how long between. */
const READS_MAX = 10;
const READ_PAUSE_MS = 500;

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
  const { claimed } = await stateSince(query, confirmed);
  const paid = prepared.parts.reduce((sum, part) => sum + claimed[part.class] - part.claimed, 0n);
  return { ...confirmed, paid, prepared };
}

/** The vault as a node knows it that has seen the claim's slot: another may answer than the one that confirmed. */
async function stateSince(query: ClaimQuery, { slot, signature }: Confirmed): Promise<VaultState> {
  let trouble: unknown;
  for (let reads = 0; reads < READS_MAX; reads += 1) {
    if (reads > 0) await new Promise((resolve) => setTimeout(resolve, READ_PAUSE_MS));
    try {
      const state = await fetchVaultState(query.rpc, query.vault, query.claimant);
      if (state.slot >= slot) return state;
    } catch (error) {
      if (!(error instanceof ChainError)) throw error;
      trouble = error;
    }
  }
  throw new OutcomeUnknown(
    'The claim was confirmed, but the chain did not say what it paid.',
    'It is done: look at the history in a moment instead of claiming again.',
    signature,
    { cause: trouble },
  );
}
