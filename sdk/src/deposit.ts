/** Deposits in a vault, and asking for them back. */
import type { Address, TransactionSigner } from '@solana/kit';
import { associatedToken, payerAddress, REWARDS, rewardsEventAuthority } from './chain/addresses.js';
import { readVault } from './chain/accounts.js';
import { fetchAccounts, type ChainRpc } from './chain/read.js';
import { send, simulate, type Confirmed, type SendOptions } from './chain/transactions.js';
import { ChainError, FormatError } from './errors.js';
import { getDepositInstruction } from './generated/rewards/instructions/deposit.js';
import { getRequestRefundInstruction } from './generated/rewards/instructions/requestRefund.js';
import { getWithdrawRefundRequestInstruction } from './generated/rewards/instructions/withdrawRefundRequest.js';

/** Who does it with which vault. */
export interface PayerOf {
  readonly rpc: ChainRpc;
  readonly vault: Address;
  readonly payer: TransactionSigner;
  readonly options?: SendOptions;
}

/** Moves base units from the payer's associated token account into the vault. */
export async function deposit(of: PayerOf & { readonly amount: bigint }): Promise<Confirmed> {
  if (of.amount <= 0n) throw new FormatError('amount', 'a deposit must be more than nothing');
  const { accounts } = await fetchAccounts(of.rpc, [of.vault]);
  if (!accounts[0]) throw new ChainError(`There is no vault at ${of.vault} on this chain.`);
  const { mint, tokenProgram, tokenAccount } = readVault(accounts[0].data);
  const [source] = await associatedToken(of.payer.address, mint, tokenProgram);
  const instruction = getDepositInstruction({
    payer: of.payer,
    vault: of.vault,
    payerAccount: await payerAddress(of.vault, of.payer.address),
    mint,
    source,
    tokenAccount,
    tokenProgram,
    eventAuthority: await rewardsEventAuthority(),
    program: REWARDS,
    amount: of.amount,
  });
  return send(of.rpc, await simulate(of.rpc, of.payer, [instruction], [], of.options), of.options);
}

/** Asks for what is left of the payer's credit; it becomes a leaf of class refund. */
export async function requestRefund(of: PayerOf): Promise<Confirmed> {
  return refund(of, getRequestRefundInstruction);
}

/** Takes that back, to go on spending. */
export async function withdrawRefundRequest(of: PayerOf): Promise<Confirmed> {
  return refund(of, getWithdrawRefundRequestInstruction);
}

async function refund(
  of: PayerOf,
  build: typeof getRequestRefundInstruction | typeof getWithdrawRefundRequestInstruction,
): Promise<Confirmed> {
  const instruction = build({
    payer: of.payer,
    vault: of.vault,
    payerAccount: await payerAddress(of.vault, of.payer.address),
    eventAuthority: await rewardsEventAuthority(),
    program: REWARDS,
  });
  return send(of.rpc, await simulate(of.rpc, of.payer, [instruction], [], of.options), of.options);
}
