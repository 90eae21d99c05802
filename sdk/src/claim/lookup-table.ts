/**
 * Address lookup tables for a vault's claims: with the accounts that all claims share in a
 * table, a claim under a very large tree leaves a wallet its room.
 */
import {
  AccountRole,
  address,
  getAddressEncoder,
  getProgramDerivedAddress,
  type Address,
  type Instruction,
  type TransactionSigner,
} from '@solana/kit';
import { concat, u32, u64 } from '../bytes.js';
import { RING, type VaultAccount } from '../chain/accounts.js';
import { ASSOCIATED_TOKEN, rewardsEventAuthority, rootAddress, SYSTEM } from '../chain/addresses.js';
import { ask, fetchVaultState, type ChainRpc } from '../chain/read.js';
import { send, simulate, type SendOptions } from '../chain/transactions.js';

const PROGRAM = address('AddressLookupTab1e1111111111111111111111111');
/** Which of the table program's instructions. */
const CREATE = 0;
const EXTEND = 2;
const POLL_MS = 200;

/** The accounts that all claims of a vault share, in no particular order. */
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

/** What is asked. */
export interface CreateLookupTableQuery {
  readonly rpc: ChainRpc;
  readonly vault: Address;
  /** Pays the rent and can close the table; it cannot change what a place in it stands for. */
  readonly authority: TransactionSigner;
  readonly options?: SendOptions;
}

/**
 * Makes a lookup table for a vault's claims and waits until it serves. Whoever runs an API
 * does this once and names the table with `--lookup-table`; `tributary create-lookup-table`
 * does the same.
 *
 * @example
 * ```ts
 * const table = await createLookupTable({ rpc, vault, authority: signer });
 * const lookupTables = await fetchLookupTables(rpc, [table]);
 * await claim({ rpc, files, vault, claimant, payer: signer, options: { lookupTables } });
 * ```
 */
export async function createLookupTable(query: CreateLookupTableQuery): Promise<Address> {
  const { rpc, vault, authority, options = {} } = query;
  const { vault: account } = await fetchVaultState(rpc, vault, authority.address);
  const shared = await claimTableAccounts(vault, account);
  // A table's address is made of a slot that the chain remembers.
  const recent = await ask(rpc.getSlot({ commitment: 'finalized' }));
  const { encode } = getAddressEncoder();
  const [table, bump] = await getProgramDerivedAddress({
    programAddress: PROGRAM,
    seeds: [encode(authority.address), u64(recent)],
  });
  const accounts = [
    { address: table, role: AccountRole.WRITABLE },
    { address: authority.address, role: AccountRole.READONLY_SIGNER, signer: authority },
    { address: authority.address, role: AccountRole.WRITABLE_SIGNER, signer: authority },
    { address: SYSTEM, role: AccountRole.READONLY },
  ];
  const instruction = (data: Uint8Array): Instruction => ({ programAddress: PROGRAM, accounts, data });
  const create = instruction(concat(u32(CREATE), u64(recent), Uint8Array.of(bump)));
  const places = shared.map((each) => Uint8Array.from(encode(each)));
  const extend = instruction(concat(u32(EXTEND), u64(BigInt(shared.length)), ...places));
  const { slot } = await send(rpc, await simulate(rpc, authority, [create, extend], [], options), options);
  // It serves from the slot after the one in which it was written.
  while ((await ask(rpc.getSlot({ commitment: 'confirmed' }))) <= slot) {
    options.signal?.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return table;
}
