/**
 * Builds a claim and tries it out: what will be paid, what it costs, and whether
 * whoever pays can afford it, all before anybody signs.
 */
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import {
  associatedToken,
  claimAddress,
  recipientAddress,
  rewardsEventAuthority,
  rootAddress,
} from '../chain/addresses.js';
import { ask, fetchAccounts } from '../chain/read.js';
import {
  simulate,
  sizeOf,
  TRANSACTION_BYTES_MAX,
  WALLET_BYTES,
  type SendOptions,
  type Simulated,
} from '../chain/transactions.js';
import { NothingToClaim, TransactionError } from '../errors.js';
import { REWARDS } from '../chain/addresses.js';
import { getClaimInstruction } from '../generated/rewards/instructions/claim.js';
import { claimable, type ClaimableQuery, type ClassClaimable, type VaultClaimable } from './claimable.js';

/** Our part of a claim; the rest of a transaction is left to the wallet. */
export const CLAIM_BYTES_MAX = TRANSACTION_BYTES_MAX - WALLET_BYTES;

/** A claim, tried out but not signed. */
export interface PreparedClaim {
  readonly claimable: VaultClaimable;
  /** What this transaction pays, by class. */
  readonly parts: readonly ClassClaimable[];
  /** Base units that will leave the vault. */
  readonly amount: bigint;
  /** Base units that need another transaction: they do not fit in this one, or the vault lets them out later. */
  readonly left: bigint;
  /** The account that will receive it. */
  readonly destination: Address;
  /** Lamports for signatures and priority. */
  readonly feeLamports: bigint;
  /** Lamports locked for accounts that do not exist yet. */
  readonly rentLamports: bigint;
  /** What the payer has, in lamports. */
  readonly balanceLamports: bigint;
  /** Whether that is enough for fee and rent. */
  readonly affordable: boolean;
  /** Bytes of the transaction. */
  readonly sizeBytes: number;
  readonly simulated: Simulated | undefined;
}

/** What is asked. */
export interface BuildClaimQuery extends ClaimableQuery {
  /** Signs and pays fee and rent: the claimant, or anyone else. */
  readonly payer: TransactionSigner;
  readonly options?: SendOptions;
  /**
   * What must arrive of so many base units. Needed only for a mint that has raised
   * its transfer fee, which then only the claimant itself can claim.
   */
  readonly minimum?: (due: bigint) => bigint;
}

/**
 * Builds one transaction that pays everything due in a vault, as far as it fits.
 * Throws {@link NothingToClaim} when nothing is due. When the payer cannot afford
 * it, says so in `affordable` and leaves `simulated` out.
 */
export async function buildClaim(query: BuildClaimQuery): Promise<PreparedClaim> {
  const now = await claimable(query);
  const due = now.classes.filter((each) => each.due > 0n);
  if (due.length === 0 || !now.root) throw new NothingToClaim();
  const { rpc, payer, options = {} } = query;
  const { mint, tokenProgram } = now.account;
  const [destination] = await associatedToken(now.receiver, mint, tokenProgram);

  const parts: ClassClaimable[] = [];
  const instructions: Instruction[] = [];
  for (const part of due) {
    const next = await claimInstruction(now, part, payer, query.minimum?.(part.due));
    const size = await sizeOf(rpc, payer, [...instructions, next], options);
    if (size > CLAIM_BYTES_MAX && instructions.length > 0) break;
    parts.push(part);
    instructions.push(next);
  }
  const wanted = parts.reduce((sum, part) => sum + part.due, 0n);
  const amount = wanted < now.outflow ? wanted : now.outflow;
  const left = now.due - amount;

  const records = await Promise.all(parts.map((part) => claimAddress(now.vault, part.class, now.claimant)));
  const watched = [destination, ...records];
  const { accounts } = await fetchAccounts(rpc, [payer.address, ...watched]);
  const balanceLamports = accounts[0]?.lamports ?? 0n;
  const before = accounts.slice(1).map((account) => account?.lamports ?? 0n);
  const base = { claimable: now, parts, amount, left, destination, balanceLamports };

  const expected = await expectedCosts(query, instructions, before);
  if (balanceLamports < expected.feeLamports + expected.rentLamports) {
    return { ...base, ...expected, affordable: false, simulated: undefined };
  }
  const simulated = await simulate(rpc, payer, instructions, watched, options);
  if (simulated.sizeBytes > CLAIM_BYTES_MAX) {
    throw new TransactionError(
      `The claim would have ${simulated.sizeBytes} bytes, which leaves a wallet too little room.`,
      'Claim with the command line, which adds nothing.',
    );
  }
  const rentLamports = simulated.lamportsAfter.reduce<bigint>((sum, after, at) => {
    const more = (after ?? 0n) - (before[at] ?? 0n);
    return more > 0n ? sum + more : sum;
  }, 0n);
  const { feeLamports, sizeBytes } = simulated;
  const affordable = balanceLamports >= feeLamports + rentLamports;
  return { ...base, feeLamports, rentLamports, affordable, sizeBytes, simulated };
}

/** Bytes of a token account without extensions, and of a claim account. */
const TOKEN_ACCOUNT_BYTES = 165n;
const CLAIM_ACCOUNT_BYTES = 18n;

/** Fee and rent before anything is tried out: a payer without SOL cannot even simulate. */
async function expectedCosts(
  { rpc, payer, options = {} }: BuildClaimQuery,
  instructions: readonly Instruction[],
  before: readonly bigint[],
): Promise<Pick<PreparedClaim, 'feeLamports' | 'rentLamports' | 'sizeBytes'>> {
  const [tokenRent, claimRent, sizeBytes] = await Promise.all([
    ask(rpc.getMinimumBalanceForRentExemption(TOKEN_ACCOUNT_BYTES)),
    ask(rpc.getMinimumBalanceForRentExemption(CLAIM_ACCOUNT_BYTES)),
    sizeOf(rpc, payer, instructions, options),
  ]);
  const [destination, ...records] = before;
  const missing = records.filter((lamports) => lamports === 0n).length;
  const rentLamports = (destination === 0n ? tokenRent : 0n) + claimRent * BigInt(missing);
  return { feeLamports: 5000n, rentLamports, sizeBytes };
}

/** The program's claim of one class, for the vault's associated accounts. */
export async function claimInstruction(
  now: VaultClaimable,
  part: ClassClaimable,
  payer: TransactionSigner,
  minimum = 0n,
): Promise<Instruction> {
  if (!now.root || !part.leaf) throw new NothingToClaim();
  const { mint, tokenProgram, tokenAccount } = now.account;
  const [destination, destinationBump] = await associatedToken(now.receiver, mint, tokenProgram);
  return getClaimInstruction({
    payer,
    claimant: now.claimant,
    vault: now.vault,
    root: await rootAddress(now.vault, now.root.place),
    record: await claimAddress(now.vault, part.class, now.claimant),
    recipient: await recipientAddress(now.claimant),
    receiver: now.receiver,
    mint,
    tokenAccount,
    destination,
    tokenProgram,
    eventAuthority: await rewardsEventAuthority(),
    program: REWARDS,
    class: part.class,
    cumulative: part.leaf.cumulative,
    index: part.leaf.index,
    destinationBump,
    minimum,
    proof: part.leaf.proof,
  });
}
