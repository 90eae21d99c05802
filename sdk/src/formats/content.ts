/** Content ids, and the commitments that precede a registration. */
import { getAddressEncoder, type Address } from '@solana/kit';
import { u64 } from '../bytes.js';
import { Tag, tagged, type Digest } from './hash.js';

/** What an asset is. */
export const AssetKind = { dataset: 1, model: 2, agent: 3 } as const;
/** One of the codes of {@link AssetKind}. */
export type AssetKind = (typeof AssetKind)[keyof typeof AssetKind];

/** Uses an owner permits, as bits. */
export const Uses = { train: 1, ground: 2, display: 4, all: 7 } as const;

/** `H(0x08 ‖ version ‖ kind ‖ length u64 ‖ SHA-256 of the bytes)`. */
export function contentId(kind: AssetKind, length: bigint, contentHash: Digest): Digest {
  return tagged(Tag.content, [kind], u64(length), contentHash);
}

/** What a commitment hides until the reveal. */
export interface CommitmentOf {
  readonly genesis: Address;
  readonly registry: Address;
  readonly kind: AssetKind;
  readonly contentId: Digest;
  readonly owner: Address;
  /** 32 random bytes. */
  readonly salt: Digest;
}

/** `H(0x07 ‖ version ‖ genesis ‖ registry ‖ kind ‖ content id ‖ owner ‖ salt)`. */
export function commitment(of: CommitmentOf): Digest {
  const { encode } = getAddressEncoder();
  return tagged(
    Tag.commit,
    encode(of.genesis),
    encode(of.registry),
    [of.kind],
    of.contentId,
    encode(of.owner),
    of.salt,
  );
}
