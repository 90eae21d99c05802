/** Writes leaf files for tests, from the table in `docs/formats.md`. */
import { concat, toHex, u16, u32, u64, type Bytes } from '../../src/bytes.js';
import { sha256 } from '../../src/formats/hash.js';
import { BLOCK, leafKey, treeOf } from '../../src/formats/leaf-file.js';
import type { Leaf } from '../../src/formats/leaf.js';
import type { ClassTotals } from '../../src/formats/root.js';
import type { Tree } from '../../src/formats/tree.js';
import type { PostedRoot } from '../../src/leaf-file-reader.js';

export interface WrittenLeafFile {
  readonly bytes: Bytes;
  readonly hash: string;
  readonly tree: Tree;
  readonly root: PostedRoot;
}

/** The file of sorted leaves, and what the chain would say about it. */
export function writeLeafFile(
  leaves: readonly Leaf[],
  domain: Bytes,
  epoch = 7n,
  attempt = 2,
): WrittenLeafFile {
  const tree = treeOf(leaves, domain);
  const totals: [bigint, bigint, bigint] = [0n, 0n, 0n];
  for (const leaf of leaves) totals[leaf.class] += leaf.cumulative;
  const blocks: Bytes[] = [];
  for (let first = 0; first < leaves.length; first += BLOCK) {
    const part = leaves.slice(first, first + BLOCK);
    const node = treeOf(part, domain).root;
    blocks.push(concat(leafKey(part[0]!.class, part[0]!.claimant), node.hash, u64(node.sum)));
  }
  const bytes = concat(
    new TextEncoder().encode('TRBL'),
    [1],
    domain,
    u64(epoch),
    u16(attempt),
    u32(leaves.length),
    ...totals.map(u64),
    ...leaves.map((leaf) => concat(leafKey(leaf.class, leaf.claimant), u64(leaf.cumulative))),
    ...blocks,
  );
  const classTotals: ClassTotals = totals;
  const root = {
    domain,
    epoch,
    attempt,
    treeHash: tree.root.hash,
    classTotals,
    leafCount: leaves.length,
  };
  return { bytes, hash: toHex(sha256(bytes)), tree, root };
}
