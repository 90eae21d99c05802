/** Fetches accounts. One call per question, at the commitment a claim needs. */
import type { Address, Rpc, SolanaRpcApi } from '@solana/kit';
import { getBase58Decoder, getBase64Encoder } from '@solana/kit';
import { ChainError, TributaryError } from '../errors.js';
import { LeafClass } from '../formats/leaf.js';
import {
  readClaimed,
  readPayer,
  readRecipient,
  readRoot,
  readVault,
  RING,
  type PayerAccount,
  type RootAccount,
  type VaultAccount,
} from './accounts.js';
import { VAULT_DISCRIMINATOR } from '../generated/rewards/accounts/vault.js';
import {
  associatedToken,
  claimAddress,
  payerAddress,
  recipientAddress,
  REWARDS,
  rootAddress,
} from './addresses.js';

/** The RPC methods this package uses. */
export type ChainRpc = Rpc<SolanaRpcApi>;

/** No call to the chain takes longer. */
export const RPC_TIMEOUT_MS = 15_000;

/** Runs one RPC call with a time limit; trouble with it is a {@link ChainError}. */
export async function ask<T>(call: {
  send(options?: { abortSignal?: AbortSignal }): Promise<T>;
}): Promise<T> {
  try {
    return await call.send({ abortSignal: AbortSignal.timeout(RPC_TIMEOUT_MS) });
  } catch (error) {
    if (error instanceof TributaryError) throw error;
    throw new ChainError('The chain did not answer, or refused the question.', { cause: error });
  }
}

/** An account as it lies on the chain. */
export interface RawAccount {
  readonly data: Uint8Array;
  readonly lamports: bigint;
  readonly owner: Address;
}

/** Several accounts in one consistent answer, and the slot it is of. */
export async function fetchAccounts(
  rpc: ChainRpc,
  addresses: readonly Address[],
): Promise<{ readonly slot: bigint; readonly accounts: readonly (RawAccount | undefined)[] }> {
  const { context, value } = await ask(
    rpc.getMultipleAccounts([...addresses], { encoding: 'base64', commitment: 'confirmed' }),
  );
  const accounts = value.map((account) =>
    account
      ? {
          data: Uint8Array.from(getBase64Encoder().encode(account.data[0])),
          lamports: account.lamports,
          owner: account.owner,
        }
      : undefined,
  );
  return { slot: context.slot, accounts };
}

/** A vault with its ring of roots and what a claimant has been paid, all of one slot. */
export interface VaultState {
  readonly slot: bigint;
  readonly address: Address;
  readonly vault: VaultAccount;
  /** All roots in the ring, newest epoch and attempt first. */
  readonly roots: readonly RootAccount[];
  /** Base units paid to the claimant so far: earned, refund, fee. */
  readonly claimed: readonly [bigint, bigint, bigint];
  /** Which of the claim accounts exist. */
  readonly opened: readonly [boolean, boolean, boolean];
  /** Who receives: whom the claimant has chosen, or the claimant. */
  readonly receiver: Address;
}

/** Fetches a vault, its roots and the claimant's claim accounts together. */
export async function fetchVaultState(rpc: ChainRpc, vault: Address, claimant: Address): Promise<VaultState> {
  const places = Array.from({ length: RING }, (_, place) => rootAddress(vault, place));
  const classes = Object.values(LeafClass).map((leafClass) => claimAddress(vault, leafClass, claimant));
  const addresses = await Promise.all([
    Promise.resolve(vault),
    ...places,
    ...classes,
    recipientAddress(claimant),
  ]);
  const { slot, accounts } = await fetchAccounts(rpc, addresses);
  const ours = accounts.map((account) => (account?.owner === REWARDS ? account.data : undefined));
  if (!ours[0]) throw new ChainError(`There is no vault at ${vault} on this chain.`);
  const roots = ours
    .slice(1, 1 + RING)
    .flatMap((data) => (data ? [readRoot(data)] : []))
    .sort((a, b) => (a.epoch === b.epoch ? b.attempt - a.attempt : a.epoch < b.epoch ? 1 : -1));
  const [earned, refund, fee] = ours
    .slice(1 + RING, 1 + RING + classes.length)
    .map((data) => (data ? readClaimed(data) : undefined));
  const choice = ours[1 + RING + classes.length];
  return {
    slot,
    address: vault,
    vault: readVault(ours[0]),
    roots,
    claimed: [earned ?? 0n, refund ?? 0n, fee ?? 0n],
    opened: [earned !== undefined, refund !== undefined, fee !== undefined],
    receiver: (choice && readRecipient(choice)) ?? claimant,
  };
}

/** All vaults of the rewards program: for when nobody else can be asked. */
export async function findVaults(rpc: ChainRpc): Promise<Address[]> {
  const bytes = getBase58Decoder().decode(VAULT_DISCRIMINATOR);
  const found = await ask(
    rpc.getProgramAccounts(REWARDS, {
      encoding: 'base64',
      dataSlice: { offset: 0, length: 0 },
      filters: [{ memcmp: { offset: 0n, bytes: bytes as never, encoding: 'base58' } }],
    }),
  );
  return found.map((account) => account.pubkey);
}

/** A payer's account with a vault; nothing before its first deposit. */
export async function fetchPayer(
  rpc: ChainRpc,
  vault: Address,
  payer: Address,
): Promise<PayerAccount | undefined> {
  const { accounts } = await fetchAccounts(rpc, [await payerAddress(vault, payer)]);
  return accounts[0] && readPayer(accounts[0].data);
}

/** Where a token account names its amount. */
const TOKEN_AMOUNT_AT = 64;

/** Base units in an owner's associated token account; nothing when it does not exist. */
export async function tokenBalance(
  rpc: ChainRpc,
  owner: Address,
  mint: Address,
  tokenProgram: Address,
): Promise<bigint> {
  const [account] = await associatedToken(owner, mint, tokenProgram);
  const { accounts } = await fetchAccounts(rpc, [account]);
  const data = accounts[0]?.data;
  if (!data || data.length < TOKEN_AMOUNT_AT + 8) return 0n;
  return new DataView(data.buffer, data.byteOffset).getBigUint64(TOKEN_AMOUNT_AT, true);
}
