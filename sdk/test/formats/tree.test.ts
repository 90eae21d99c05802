/** The tree against a reference written from the definition, on random trees. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, u64, U64_MAX } from '../../src/bytes.js';
import { sha256 } from '../../src/formats/hash.js';
import {
  FRONTIER_DEPTH,
  frontierLength,
  locate,
  rootOfFrontier,
  SIBLING_BYTES,
  Tree,
  verifyProof,
  type Node,
} from '../../src/formats/tree.js';

/** The definition, slowly: split at the largest power of two below n. */
function reference(leaves: readonly Node[]): Node {
  const [only] = leaves;
  if (only && leaves.length === 1) return only;
  let left = 1;
  while (left * 2 < leaves.length) left *= 2;
  const [a, b] = [reference(leaves.slice(0, left)), reference(leaves.slice(left))];
  return { hash: sha256([1, 1], a.hash, u64(a.sum), b.hash, u64(b.sum)), sum: a.sum + b.sum };
}

const leaf = fc.record({
  hash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Uint8Array.from(bytes)),
  sum: fc.bigInt({ min: 1n, max: 1n << 40n }),
});
// Real leaves differ, since claimant and class are hashed into them.
const distinct = { selector: (node: Node) => node.hash.join() };
const leaves = fc.uniqueArray(leaf, { minLength: 1, maxLength: 90, ...distinct });

function build(nodes: readonly Node[]): Tree {
  const tree = Tree.build(nodes);
  if (!tree) throw new Error('the tree should build');
  return tree;
}

describe('the tree', () => {
  it('equals the reference for any leaves', () => {
    fc.assert(
      fc.property(leaves, (nodes) => {
        expect(build(nodes).root).toEqual(reference(nodes));
      }),
    );
  });

  it('has a frontier that folds to its top', () => {
    fc.assert(
      fc.property(leaves, (nodes) => {
        const tree = build(nodes);
        const frontier = tree.frontier();
        expect(frontier).toHaveLength(frontierLength(nodes.length));
        expect(frontier.length).toBeLessThanOrEqual(1 << FRONTIER_DEPTH);
        expect(rootOfFrontier(frontier, nodes.length)).toEqual(tree.root);
      }),
    );
  });

  it('proves every leaf, and no leaf at another place or amount', () => {
    fc.assert(
      fc.property(leaves, fc.nat(), fc.nat(), (nodes, anyIndex, anyOther) => {
        const tree = build(nodes);
        const index = anyIndex % nodes.length;
        const other = anyOther % nodes.length;
        const node = nodes[index]!;
        const proof = tree.proof(index)!;
        const frontier = tree.frontier();
        expect(verifyProof(frontier, node, index, nodes.length, proof)).toBe(true);
        expect(verifyProof(frontier, { ...node, sum: node.sum + 1n }, index, nodes.length, proof)).toBe(
          false,
        );
        if (other !== index) {
          expect(verifyProof(frontier, node, other, nodes.length, proof)).toBe(false);
        }
      }),
    );
  });

  it('refuses a proof with a bit turned, one sibling more or one less', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(leaf, { minLength: 33, maxLength: 90, ...distinct }),
        fc.nat(),
        fc.nat(),
        (nodes, anyIndex, anyBit) => {
          const tree = build(nodes);
          const index = anyIndex % nodes.length;
          const proof = tree.proof(index)!;
          fc.pre(proof.length > 0); // a leaf that is a frontier node itself needs no siblings
          const check = (bytes: Uint8Array): boolean =>
            verifyProof(tree.frontier(), nodes[index]!, index, nodes.length, bytes);
          const turned = Uint8Array.from(proof);
          const bit = anyBit % (proof.length * 8);
          turned[bit >> 3]! ^= 1 << (bit & 7);
          expect(check(turned)).toBe(false);
          expect(check(concat(proof, new Uint8Array(SIBLING_BYTES)))).toBe(false);
          expect(check(proof.subarray(SIBLING_BYTES))).toBe(false);
        },
      ),
    );
  });

  it('locates every leaf under the frontier node that holds it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1 << 24 }), fc.nat(), (count, anyIndex) => {
        const index = anyIndex % count;
        const place = locate(index, count)!;
        expect(place.start).toBeLessThanOrEqual(index);
        expect(place.start + place.count).toBeGreaterThan(index);
        expect(place.slot).toBeLessThan(frontierLength(count));
      }),
    );
    expect(locate(5, 5)).toBeUndefined();
    expect(locate(0, (1 << 24) + 1)).toBeUndefined();
  });

  it('refuses sums beyond 64 bits', () => {
    const hash = new Uint8Array(32);
    expect(
      Tree.build([
        { hash, sum: U64_MAX },
        { hash, sum: 1n },
      ]),
    ).toBeUndefined();
  });
});
