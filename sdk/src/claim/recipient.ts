/** Choosing who receives what a claimant is owed, from all vaults. */
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import {
  recipientAddress,
  REWARDS,
  rewardsConfigAddress,
  rewardsEventAuthority,
  SYSTEM,
} from '../chain/addresses.js';
import type { ChainRpc } from '../chain/read.js';
import { send, simulate, type Confirmed, type SendOptions } from '../chain/transactions.js';
import { getSetRecipientInstruction } from '../generated/rewards/instructions/setRecipient.js';

/** What is asked. */
export interface SetRecipientQuery {
  /** Whose money it is. */
  readonly claimant: TransactionSigner;
  /** Who receives from now on; the claimant itself when not given. */
  readonly recipient?: Address;
  /** Pays the account's rent; the claimant when not given. */
  readonly payer?: TransactionSigner;
}

/**
 * Builds the instruction that chooses a recipient, or takes the choice back.
 *
 * @example
 * ```ts
 * const instruction = await setRecipientInstruction({ claimant: hotWallet, recipient: coldWallet });
 * ```
 */
export async function setRecipientInstruction(query: SetRecipientQuery): Promise<Instruction> {
  return getSetRecipientInstruction({
    payer: query.payer ?? query.claimant,
    claimant: query.claimant,
    config: await rewardsConfigAddress(),
    recipientAccount: await recipientAddress(query.claimant.address),
    eventAuthority: await rewardsEventAuthority(),
    program: REWARDS,
    recipient: query.recipient ?? SYSTEM,
  });
}

/**
 * Chooses who receives, or takes the choice back, and waits until the chain has confirmed it.
 *
 * @example
 * ```ts
 * await setRecipient({ rpc, claimant: signer, recipient: coldWallet });
 * ```
 */
export async function setRecipient(
  query: SetRecipientQuery & { readonly rpc: ChainRpc; readonly options?: SendOptions },
): Promise<Confirmed> {
  const { rpc, options } = query;
  const instruction = await setRecipientInstruction(query);
  const payer = query.payer ?? query.claimant;
  return send(rpc, await simulate(rpc, payer, [instruction], [], options), options);
}
