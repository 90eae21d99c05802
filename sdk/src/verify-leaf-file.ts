/**
 * Checks a whole published leaf file against the root on the chain, block by block,
 * so that a file of any length needs little memory: what a watcher does, in a page.
 */
import { compare, toHex, type Bytes } from './bytes.js';
import { ProofError } from './errors.js';
import { leafKey } from './formats/leaf-file.js';
import type { ClassTotals } from './formats/root.js';
import { LeafFileReader, type PostedRoot } from './leaf-file-reader.js';
import type { FileSource } from './published.js';

/** What a leaf file that holds comes to. */
export interface VerifiedLeafFile {
  readonly leafCount: number;
  /** Claimants with a leaf, each counted once. */
  readonly claimants: number;
  /** Sums by class: those of the root. */
  readonly classTotals: ClassTotals;
  readonly treeHash: string;
}

/** What is asked. */
export interface VerifyLeafFileQuery {
  readonly files: FileSource;
  /** The leaf file's hash, as the root's manifest names it. */
  readonly hash: string;
  /** The root as the chain has it. */
  readonly root: PostedRoot;
  /** Told how many leaves have been checked. */
  readonly onProgress?: (checked: number, of: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Reads every leaf, hashes it up to the root on the chain, and checks that leaves
 * are in order, none twice, none of nothing, and sum to what the chain says.
 *
 * @example
 * ```ts
 * const { classTotals } = await verifyLeafFile({ files, hash, root });
 * console.log('holds;', classTotals[0], 'base units were earned in all');
 * ```
 */
export async function verifyLeafFile(query: VerifyLeafFileQuery): Promise<VerifiedLeafFile> {
  const { files, hash, root, onProgress, signal } = query;
  const reader = await LeafFileReader.open(files, hash, root);
  const totals: [bigint, bigint, bigint] = [0n, 0n, 0n];
  const claimants = new Set<string>();
  let before: Bytes | undefined;
  let checked = 0;
  for await (const leaves of reader.blocks()) {
    signal?.throwIfAborted();
    for (const leaf of leaves) {
      const key = leafKey(leaf.class, leaf.claimant);
      if (before && compare(before, key) >= 0)
        throw new ProofError('leaves are out of order, or one is there twice.');
      if (leaf.cumulative === 0n) throw new ProofError('a leaf grants nothing.');
      before = key;
      totals[leaf.class] += leaf.cumulative;
      claimants.add(leaf.claimant);
    }
    checked += leaves.length;
    onProgress?.(checked, root.leafCount);
  }
  if (checked !== root.leafCount || totals.some((total, at) => total !== root.classTotals[at])) {
    throw new ProofError('the leaves do not come to what the root on the chain says.');
  }
  return {
    leafCount: checked,
    claimants: claimants.size,
    classTotals: totals,
    treeHash: toHex(root.treeHash),
  };
}
