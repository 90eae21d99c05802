/** Leaves: who is entitled to how much, since the beginning. */
import { getAddressEncoder, type Address } from '@solana/kit';
import { u64 } from '../bytes.js';
import { Tag, tagged, type Digest } from './hash.js';

/** What an entitlement is for. */
export const LeafClass = { earned: 0, refund: 1, fee: 2 } as const;
/** One of the codes of {@link LeafClass}. */
export type LeafClass = (typeof LeafClass)[keyof typeof LeafClass];
/** How many classes there are. */
export const CLASSES = 3;

/** The class's name, as the API spells it. */
export function className(leafClass: LeafClass): keyof typeof LeafClass {
  return leafClass === 0 ? 'earned' : leafClass === 1 ? 'refund' : 'fee';
}

/** An entitlement. */
export interface Leaf {
  /** What for. */
  readonly class: LeafClass;
  /** Whose. */
  readonly claimant: Address;
  /** Base units since the vault's beginning; never decreases. */
  readonly cumulative: bigint;
}

/** `H(0x00 ‖ version ‖ domain ‖ class ‖ claimant ‖ cumulative u64)`. */
export function leafHash(leaf: Leaf, domain: Digest): Digest {
  return tagged(
    Tag.leaf,
    domain,
    [leaf.class],
    getAddressEncoder().encode(leaf.claimant),
    u64(leaf.cumulative),
  );
}

/** `H(0x06 ‖ version ‖ genesis ‖ rewards program ‖ vault)`: ties a leaf to one vault. */
export function vaultDomain(genesis: Address, rewards: Address, vault: Address): Digest {
  const encoder = getAddressEncoder();
  return tagged(Tag.domain, encoder.encode(genesis), encoder.encode(rewards), encoder.encode(vault));
}
