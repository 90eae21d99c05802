/**
 * Addresses derived from the programs' seeds. Those that the IDLs can express are
 * also in `../generated`; a test compares both.
 */
import {
  address,
  createAddressWithSeed,
  getAddressEncoder,
  getProgramDerivedAddress,
  getU32Encoder,
  type Address,
  type ReadonlyUint8Array,
} from '@solana/kit';
import type { AssetKind } from '../formats/content.js';
import type { LeafClass } from '../formats/leaf.js';

/** The registry program. */
export const REGISTRY = address('9gEB7cBeasraZZ9y6k9QYqEGvX3CxDprcF4RMDoC2T3d');
/** The rewards program. */
export const REWARDS = address('HSQd2Pbj63qWAxyZ3ZLM9MEf5ayWw1TGSVGESAWHHB5v');
/** SPL Token. */
export const TOKEN = address('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA');
/** Token-2022. */
export const TOKEN_2022 = address('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb');
/** The associated token account program. */
export const ASSOCIATED_TOKEN = address('ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL');
/** The system program. */
export const SYSTEM = address('11111111111111111111111111111111');

type Seed = ReadonlyUint8Array | string;
const bytesOf = (key: Address): ReadonlyUint8Array => getAddressEncoder().encode(key);

async function derive(programAddress: Address, ...seeds: Seed[]): Promise<Address> {
  const [found] = await getProgramDerivedAddress({ programAddress, seeds });
  return found;
}

/** The registry's configuration. */
export const registryConfigAddress = (): Promise<Address> => derive(REGISTRY, 'config');
/** One of the registry's event sequences. */
export const shardAddress = (index: number): Promise<Address> =>
  derive(REGISTRY, 'shard', Uint8Array.of(index));
/** A commitment to register. */
export const commitmentAddress = (hash: ReadonlyUint8Array): Promise<Address> =>
  derive(REGISTRY, 'commitment', hash);
/** An asset's record. */
export const assetAddress = (kind: AssetKind, contentId: ReadonlyUint8Array): Promise<Address> =>
  derive(REGISTRY, 'asset', Uint8Array.of(kind), contentId);
/** A gateway's record. */
export const gatewayAddress = (operator: Address, index: number): Promise<Address> =>
  derive(REGISTRY, 'gateway', bytesOf(operator), getU32Encoder().encode(index));
/** The registry's event authority. */
export const registryEventAuthority = (): Promise<Address> => derive(REGISTRY, '__event_authority');

/** The rewards program's configuration. */
export const rewardsConfigAddress = (): Promise<Address> => derive(REWARDS, 'config');
/** The vault of a mint. */
export const vaultAddress = (mint: Address): Promise<Address> => derive(REWARDS, 'vault', bytesOf(mint));
/** A payer's account with a vault. */
export const payerAddress = (vault: Address, payer: Address): Promise<Address> =>
  derive(REWARDS, 'payer', bytesOf(vault), bytesOf(payer));
/** A place in a vault's ring of roots. */
export const rootAddress = (vault: Address, place: number): Promise<Address> =>
  derive(REWARDS, 'root', bytesOf(vault), Uint8Array.of(place));
/** What a claimant has been paid, for life. */
export const claimAddress = (vault: Address, leafClass: LeafClass, claimant: Address): Promise<Address> =>
  derive(REWARDS, 'claim', bytesOf(vault), Uint8Array.of(leafClass), bytesOf(claimant));
/** Where a claimant's choice of who receives is, when it has chosen: the claimant itself signs for it. */
export const recipientAddress = (claimant: Address): Promise<Address> =>
  createAddressWithSeed({ baseAddress: claimant, programAddress: REWARDS, seed: 'tributary:recipient' });
/** The rewards program's event authority. */
export const rewardsEventAuthority = (): Promise<Address> => derive(REWARDS, '__event_authority');

/** The associated token account of an owner, and its bump. */
export async function associatedToken(
  owner: Address,
  mint: Address,
  tokenProgram: Address,
): Promise<readonly [Address, number]> {
  return getProgramDerivedAddress({
    programAddress: ASSOCIATED_TOKEN,
    seeds: [bytesOf(owner), bytesOf(tokenProgram), bytesOf(mint)],
  });
}
