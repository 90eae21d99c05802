/** The identity of a root: everything it was posted with, in one hash. */
import { concat, u16, u32, u64 } from '../bytes.js';
import { Tag, tagged, type Digest } from './hash.js';

/** Sums by class: earned, refund, fee. */
export type ClassTotals = readonly [bigint, bigint, bigint];

/** What a root commits to. */
export interface RootHeader {
  readonly domain: Digest;
  readonly epoch: bigint;
  readonly attempt: number;
  /** The newest root that was not disabled; zeros for the first. */
  readonly parent: Digest;
  readonly finalisedSlot: bigint;
  readonly treeHash: Digest;
  readonly classTotals: ClassTotals;
  readonly leafCount: number;
  readonly manifest: Digest;
  readonly policySet: Digest;
}

/**
 * `H(0x02 ‖ version ‖ domain ‖ epoch u64 ‖ attempt u16 ‖ parent ‖ slot u64 ‖ tree hash ‖
 * class totals 3 × u64 ‖ leaf count u32 ‖ manifest ‖ policy set)`.
 */
export function rootId(header: RootHeader): Digest {
  return tagged(
    Tag.root,
    header.domain,
    u64(header.epoch),
    u16(header.attempt),
    header.parent,
    u64(header.finalisedSlot),
    header.treeHash,
    concat(...header.classTotals.map(u64)),
    u32(header.leafCount),
    header.manifest,
    header.policySet,
  );
}
