/**
 * The Merkle-sum tree: shape, nodes and proofs.
 *
 * The shape is RFC 6962's: n leaves split at the largest power of two below n,
 * nothing is duplicated, so index and leaf count fix sides and depth. A posted
 * root shows its frontier, the nodes at depth 4 (or leaves that lie higher); a
 * proof starts at a leaf and ends at its frontier node.
 */
import { concat, equal, u64, U64_MAX, type Bytes } from '../bytes.js';
import { Tag, tagged, type Digest } from './hash.js';

/** Depth at which the frontier lies. */
export const FRONTIER_DEPTH = 4;
/** The most leaves a tree can have. */
export const LEAVES_MAX = 1 << 24;
/** Bytes of one sibling in a proof: hash, then sum. */
export const SIBLING_BYTES = 40;

/** A subtree: its hash and the sum of its leaves in base units. */
export interface Node {
  readonly hash: Digest;
  readonly sum: bigint;
}

/** `H(0x01 ‖ version ‖ left hash ‖ left sum ‖ right hash ‖ right sum)`; nothing when the sum overflows. */
export function join(left: Node, right: Node): Node | undefined {
  const sum = left.sum + right.sum;
  if (sum > U64_MAX) return undefined;
  return { hash: tagged(Tag.node, left.hash, u64(left.sum), right.hash, u64(right.sum)), sum };
}

/** Leaves on the left of a tree of `count` ≥ 2: the largest power of two below `count`. */
export function split(count: number): number {
  return 1 << (31 - Math.clz32(count - 1));
}

/** Where a leaf lies below the frontier. */
export interface Place {
  /** Which frontier node, from the left. */
  readonly slot: number;
  /** The first leaf of that node. */
  readonly start: number;
  /** That node's number of leaves. */
  readonly count: number;
}

function frontierLengthAt(count: number, depth: number): number {
  if (count === 1 || depth === 0) return 1;
  const left = split(count);
  return frontierLengthAt(left, depth - 1) + frontierLengthAt(count - left, depth - 1);
}

/** Number of frontier nodes of a tree of `count` leaves; 0 when there can be no such tree. */
export function frontierLength(count: number): number {
  return count < 1 || count > LEAVES_MAX ? 0 : frontierLengthAt(count, FRONTIER_DEPTH);
}

/** The frontier node above a leaf; nothing unless `0 ≤ index < count ≤ 2²⁴`. */
export function locate(index: number, count: number): Place | undefined {
  if (index < 0 || index >= count || count > LEAVES_MAX) return undefined;
  let [slot, start, size] = [0, 0, count];
  for (let depth = FRONTIER_DEPTH; depth > 0 && size > 1;) {
    const left = split(size);
    depth -= 1;
    if (index - start < left) {
      size = left;
    } else {
      slot += frontierLengthAt(left, depth);
      start += left;
      size -= left;
    }
  }
  return { slot, start, count: size };
}

/** The top node over a frontier; nothing when its length is wrong for `count` or a sum overflows. */
export function rootOfFrontier(frontier: readonly Node[], count: number): Node | undefined {
  if (frontier.length === 0 || frontier.length !== frontierLength(count)) return undefined;
  let next = 0;
  const fold = (size: number, depth: number): Node | undefined => {
    if (size === 1 || depth === 0) return frontier[next++];
    const left = fold(split(size), depth - 1);
    const right = fold(size - split(size), depth - 1);
    return left && right && join(left, right);
  };
  return fold(count, FRONTIER_DEPTH);
}

/** From the top down: for each level, whether the leaf is on the right. */
function sides(index: number, count: number): boolean[] {
  const out: boolean[] = [];
  let [at, size] = [index, count];
  while (size > 1) {
    const left = split(size);
    const right = at >= left;
    out.push(right);
    at -= right ? left : 0;
    size = right ? size - left : left;
  }
  return out;
}

/** Climbs from a leaf to the top of a subtree of `count` leaves; nothing when the proof has another length. */
export function climb(leaf: Node, index: number, count: number, proof: Uint8Array): Node | undefined {
  if (index < 0 || index >= count) return undefined;
  const path = sides(index, count).reverse();
  if (proof.length !== path.length * SIBLING_BYTES) return undefined;
  const view = new DataView(proof.buffer, proof.byteOffset, proof.byteLength);
  let node: Node | undefined = leaf;
  for (const [level, onTheRight] of path.entries()) {
    const at = level * SIBLING_BYTES;
    const sibling = {
      hash: Uint8Array.from(proof.subarray(at, at + 32)),
      sum: view.getBigUint64(at + 32, true),
    };
    node = onTheRight ? join(sibling, node) : join(node, sibling);
    if (node === undefined) return undefined;
  }
  return node;
}

/** Whether a leaf belongs to the tree with this frontier. */
export function verifyProof(
  frontier: readonly Node[],
  leaf: Node,
  index: number,
  count: number,
  proof: Uint8Array,
): boolean {
  const place = locate(index, count);
  const expected = place && frontier[place.slot];
  if (!place || !expected) return false;
  const top = climb(leaf, index - place.start, place.count, proof);
  return top !== undefined && top.sum === expected.sum && equal(top.hash, expected.hash);
}

/** Gives the node over `count` leaves from `start`, which is always a subtree. */
export type Subtree = (start: number, count: number) => Node;

/** The siblings of a leaf from the bottom up to its frontier node; nothing when there is no such leaf. */
export function proofOf(index: number, count: number, subtree: Subtree): Bytes | undefined {
  const place = locate(index, count);
  if (!place) return undefined;
  let [start, size] = [place.start, place.count];
  const fromTop: Bytes[] = [];
  while (size > 1) {
    const left = split(size);
    const onTheRight = index - start >= left;
    const sibling = onTheRight ? subtree(start, left) : subtree(start + left, size - left);
    fromTop.push(concat(sibling.hash, u64(sibling.sum)));
    start += onTheRight ? left : 0;
    size = onTheRight ? size - left : left;
  }
  return concat(...fromTop.reverse());
}

/** All nodes of a tree, level by level: level `k` holds the subtrees of 2ᵏ leaves. */
export class Tree {
  private constructor(private readonly levels: readonly (readonly Node[])[]) {}

  /** Nothing without leaves, with more than 2²⁴, or when a sum overflows. */
  static build(leaves: readonly Node[]): Tree | undefined {
    if (leaves.length === 0 || leaves.length > LEAVES_MAX) return undefined;
    const levels = [leaves];
    for (let level = leaves; level.length > 1;) {
      const above: Node[] = [];
      for (let at = 0; at < level.length; at += 2) {
        const [left, right] = [level[at], level[at + 1]];
        // A node without a sibling rises unchanged: that is RFC 6962's shape.
        const node = left && (right ? join(left, right) : left);
        if (!node) return undefined;
        above.push(node);
      }
      levels.push(above);
      level = above;
    }
    return new Tree(levels);
  }

  /** Number of leaves. */
  get count(): number {
    return this.levels[0]?.length ?? 0;
  }

  /** The top node. */
  get root(): Node {
    return this.subtree(0, this.count);
  }

  /** The node over `count` leaves from `start`. */
  subtree(start: number, count: number): Node {
    const level = count === 1 ? 0 : 32 - Math.clz32(count - 1);
    const node = this.levels[level]?.[start >> level];
    if (!node) throw new RangeError(`no subtree of ${count} leaves at ${start}`);
    return node;
  }

  /** What a posted root shows. */
  frontier(): Node[] {
    const out: Node[] = [];
    const walk = (start: number, size: number, depth: number): void => {
      if (size === 1 || depth === 0) {
        out.push(this.subtree(start, size));
        return;
      }
      const left = split(size);
      walk(start, left, depth - 1);
      walk(start + left, size - left, depth - 1);
    };
    walk(0, this.count, FRONTIER_DEPTH);
    return out;
  }

  /** The siblings of a leaf up to its frontier node. */
  proof(index: number): Bytes | undefined {
    return proofOf(index, this.count, (start, size) => this.subtree(start, size));
  }
}
