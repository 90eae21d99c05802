/**
 * Rebuilds one proof from a published leaf file with a few ranges, without the
 * API. Everything it says has been checked against the root on the chain, also
 * that somebody has no leaf.
 */
import type { Address } from '@solana/kit';
import { compare, equal, type Bytes } from './bytes.js';
import { ProofError } from './errors.js';
import type { Digest } from './formats/hash.js';
import type { Leaf, LeafClass } from './formats/leaf.js';
import {
  BLOCK,
  BLOCK_BYTES,
  blockCount,
  HEADER_BYTES,
  LEAF_BYTES,
  leafKey,
  leafOffset,
  readBlocks,
  readHeader,
  readLeaves,
  treeOf,
  type BlockEntry,
  type LeafFileHeader,
} from './formats/leaf-file.js';
import type { ClassTotals } from './formats/root.js';
import { proofOf, Tree } from './formats/tree.js';
import type { FileSource } from './published.js';

/** What the chain says about a root, against which its leaf file is checked. */
export interface PostedRoot {
  readonly domain: Digest;
  readonly epoch: bigint;
  readonly attempt: number;
  readonly treeHash: Digest;
  readonly classTotals: ClassTotals;
  readonly leafCount: number;
}

/** A leaf with the way from it to the root's frontier. */
export interface ProvenLeaf extends Leaf {
  readonly index: number;
  readonly proof: Bytes;
}

interface Block {
  readonly number: number;
  readonly leaves: readonly Leaf[];
  readonly tree: Tree;
}

/** A leaf file whose list of blocks hashes to a root on the chain. */
export class LeafFileReader {
  readonly #blocks = new Map<number, Promise<Block>>();

  private constructor(
    private readonly source: FileSource,
    private readonly hash: string,
    readonly header: LeafFileHeader,
    private readonly entries: readonly BlockEntry[],
    private readonly top: Tree,
  ) {}

  /** Reads header and list of blocks, and checks both against the root. */
  static async open(source: FileSource, hash: string, root: PostedRoot): Promise<LeafFileReader> {
    const header = readHeader(await source.read(hash, { start: 0, length: HEADER_BYTES }));
    if (
      header.leafCount !== root.leafCount ||
      header.epoch !== root.epoch ||
      header.attempt !== root.attempt ||
      header.classTotals.some((total, at) => total !== root.classTotals[at]) ||
      !equal(header.domain, root.domain)
    ) {
      throw new ProofError('the leaf file belongs to another root.');
    }
    const length = blockCount(header.leafCount) * BLOCK_BYTES;
    const entries = readBlocks(await source.read(hash, { start: leafOffset(header.leafCount), length }));
    const top = Tree.build(entries.map((entry) => entry.node));
    if (!top || !equal(top.root.hash, root.treeHash)) {
      throw new ProofError('the leaf file does not hash to the root on the chain.');
    }
    return new LeafFileReader(source, hash, header, entries, top);
  }

  /** A claimant's leaf and its proof; nothing when the root grants nothing in this class. */
  async find(leafClass: LeafClass, claimant: Address): Promise<ProvenLeaf | undefined> {
    const key = leafKey(leafClass, claimant);
    const after = this.entries.findIndex((entry) => compare(entry.firstKey, key) > 0);
    const number = (after === -1 ? this.entries.length : after) - 1;
    if (number < 0) {
      await this.#block(0); // shows that the list tells the truth about the first leaf
      return undefined;
    }
    const block = await this.#block(number);
    const at = block.leaves.findIndex((leaf) => leaf.class === leafClass && leaf.claimant === claimant);
    if (at === -1) {
      if (after !== -1) await this.#block(after); // and here about where the next block begins
      return undefined;
    }
    const leaf = block.leaves[at];
    const index = number * BLOCK + at;
    const proof = proofOf(index, this.header.leafCount, (start, count) =>
      Math.floor(start / BLOCK) === number && count <= BLOCK
        ? block.tree.subtree(start - number * BLOCK, count)
        : this.top.subtree(start / BLOCK, Math.ceil(count / BLOCK)),
    );
    if (!leaf || !proof) throw new ProofError('the leaf file is inconsistent.');
    return { ...leaf, index, proof };
  }

  /** All leaves, a block at a time, each block checked against the root. Keeps none. */
  async *blocks(): AsyncGenerator<readonly Leaf[], void> {
    for (const number of this.entries.keys()) yield (await this.#readBlock(number)).leaves;
  }

  #block(number: number): Promise<Block> {
    const known = this.#blocks.get(number);
    if (known) return known;
    const block = this.#readBlock(number);
    this.#blocks.set(number, block);
    // A failure must not stay in the way of the next try.
    block.catch(() => this.#blocks.delete(number));
    return block;
  }

  async #readBlock(number: number): Promise<Block> {
    const first = number * BLOCK;
    const count = Math.min(BLOCK, this.header.leafCount - first);
    const range = { start: leafOffset(first), length: count * LEAF_BYTES };
    const leaves = readLeaves(await this.source.read(this.hash, range));
    const tree = treeOf(leaves, this.header.domain);
    const entry = this.entries[number];
    const begins = leaves[0] && leafKey(leaves[0].class, leaves[0].claimant);
    if (!entry || !begins || !equal(tree.root.hash, entry.node.hash) || !equal(begins, entry.firstKey)) {
      throw new ProofError('a part of the leaf file does not hash to the root on the chain.');
    }
    return { number, leaves, tree };
  }
}
