/**
 * Leaf files: the entitlements of a root, laid out so that a reader can fetch a
 * few ranges and rebuild one proof. This module knows the bytes; `../published`
 * knows where files are.
 */
import { getAddressDecoder, getAddressEncoder, type Address } from '@solana/kit';
import { compare, equal, Reader, type Bytes } from '../bytes.js';
import { FormatError } from '../errors.js';
import type { Digest } from './hash.js';
import { CLASSES, leafHash, type Leaf, type LeafClass } from './leaf.js';
import type { ClassTotals } from './root.js';
import { LEAVES_MAX, Tree, type Node } from './tree.js';

/** A block is a subtree of 2¹⁰ leaves. */
export const BLOCK = 1024;
/** Bytes before the first leaf. */
export const HEADER_BYTES = 4 + 1 + 32 + 8 + 2 + 4 + 8 * CLASSES;
/** Bytes of a leaf: class, claimant, cumulative u64. */
export const LEAF_BYTES = 1 + 32 + 8;
/** Bytes of a block's entry: its first leaf's class and claimant, its hash and sum. */
export const BLOCK_BYTES = 1 + 32 + 32 + 8;

const WHAT = 'leaf file';

/** What stands before the leaves. */
export interface LeafFileHeader {
  readonly domain: Digest;
  readonly epoch: bigint;
  readonly attempt: number;
  readonly leafCount: number;
  readonly classTotals: ClassTotals;
}

/** A block as the list at the file's end names it. */
export interface BlockEntry {
  /** Class and claimant of its first leaf, as bytes that sort like leaves. */
  readonly firstKey: Bytes;
  readonly node: Node;
}

/** Number of blocks of a file with so many leaves. */
export const blockCount = (leafCount: number): number => Math.ceil(leafCount / BLOCK);
/** Where a leaf starts. */
export const leafOffset = (index: number): number => HEADER_BYTES + index * LEAF_BYTES;
/** Length of a file with so many leaves. */
export const fileLength = (leafCount: number): number =>
  leafOffset(leafCount) + blockCount(leafCount) * BLOCK_BYTES;

/** The bytes by which leaves are sorted: class, then claimant. */
export function leafKey(leafClass: LeafClass, claimant: Address): Bytes {
  return Uint8Array.from([leafClass, ...getAddressEncoder().encode(claimant)]);
}

/** Reads the first {@link HEADER_BYTES} bytes. */
export function readHeader(bytes: Uint8Array): LeafFileHeader {
  const reader = new Reader(bytes, WHAT);
  if (new TextDecoder().decode(reader.take(4)) !== 'TRBL')
    throw new FormatError(WHAT, 'its first bytes differ');
  const version = reader.u8();
  if (version !== 1) throw new FormatError(WHAT, `version ${version} is not known to this software`);
  const header = {
    domain: reader.take(32),
    epoch: reader.u64(),
    attempt: reader.u16(),
    leafCount: reader.u32(),
    classTotals: [reader.u64(), reader.u64(), reader.u64()] as const,
  };
  reader.end();
  if (header.leafCount === 0 || header.leafCount > LEAVES_MAX) {
    throw new FormatError(WHAT, 'the number of leaves is outside its bounds');
  }
  return header;
}

/** Reads consecutive leaves; refuses zero amounts and wrong order. */
export function readLeaves(bytes: Uint8Array): Leaf[] {
  const reader = new Reader(bytes, WHAT);
  const decoder = getAddressDecoder();
  const leaves: Leaf[] = [];
  let before: Bytes | undefined;
  while (reader.left > 0) {
    const key = reader.take(33);
    const cumulative = reader.u64();
    const leafClass = key[0];
    if (leafClass !== 0 && leafClass !== 1 && leafClass !== 2)
      throw new FormatError(WHAT, 'unknown leaf class');
    if (cumulative === 0n) throw new FormatError(WHAT, 'a leaf is zero');
    if (before && compare(before, key) >= 0) throw new FormatError(WHAT, 'the leaves are not in order');
    leaves.push({ class: leafClass, claimant: decoder.decode(key.subarray(1)), cumulative });
    before = key;
  }
  return leaves;
}

/** Reads the list of blocks. */
export function readBlocks(bytes: Uint8Array): BlockEntry[] {
  const reader = new Reader(bytes, WHAT);
  const blocks: BlockEntry[] = [];
  while (reader.left > 0) {
    const firstKey = reader.take(33);
    const last = blocks[blocks.length - 1];
    if (last && compare(last.firstKey, firstKey) >= 0)
      throw new FormatError(WHAT, 'the blocks are not in order');
    blocks.push({ firstKey, node: { hash: reader.take(32), sum: reader.u64() } });
  }
  return blocks;
}

/** The tree over leaves of one domain. */
export function treeOf(leaves: readonly Leaf[], domain: Digest): Tree {
  const tree = Tree.build(leaves.map((leaf) => ({ hash: leafHash(leaf, domain), sum: leaf.cumulative })));
  if (!tree) throw new FormatError(WHAT, 'there are no leaves, too many, or their sum overflows');
  return tree;
}

/** A whole leaf file, checked in every part. */
export interface LeafFile {
  readonly header: LeafFileHeader;
  readonly leaves: readonly Leaf[];
  readonly tree: Tree;
}

/** Reads a whole file, rebuilds its tree and compares class totals and every block with it. */
export function readLeafFile(bytes: Uint8Array): LeafFile {
  const header = readHeader(bytes.subarray(0, HEADER_BYTES));
  if (bytes.length !== fileLength(header.leafCount)) {
    throw new FormatError(WHAT, 'it is longer or shorter than its number of leaves asks for');
  }
  const end = leafOffset(header.leafCount);
  const leaves = readLeaves(bytes.subarray(HEADER_BYTES, end));
  const totals: [bigint, bigint, bigint] = [0n, 0n, 0n];
  for (const leaf of leaves) totals[leaf.class] += leaf.cumulative;
  if (totals.some((total, at) => total !== header.classTotals[at])) {
    throw new FormatError(WHAT, 'the class totals are not the sums of the leaves');
  }
  const tree = treeOf(leaves, header.domain);
  for (const [number, block] of readBlocks(bytes.subarray(end)).entries()) {
    const first = leaves[number * BLOCK];
    const node = tree.subtree(number * BLOCK, Math.min(BLOCK, leaves.length - number * BLOCK));
    const begins = first && leafKey(first.class, first.claimant);
    const same = begins && equal(begins, block.firstKey) && equal(node.hash, block.node.hash);
    if (!same || node.sum !== block.node.sum)
      throw new FormatError(WHAT, 'a block is not what its leaves hash to');
  }
  return { header, leaves, tree };
}
