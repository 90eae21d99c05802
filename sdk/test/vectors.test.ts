/** The shared test vectors of `docs/formats.md`, which every implementation reads. */
import { readFileSync } from 'node:fs';
import {
  address,
  createKeyPairFromPrivateKeyBytes,
  getAddressDecoder,
  getAddressFromPublicKey,
  getBase58Decoder,
  signBytes,
} from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex, u32, type Bytes } from '../src/bytes.js';
import { FormatError } from '../src/errors.js';
import { commitment, contentId, type AssetKind } from '../src/formats/content.js';
import { sha256 } from '../src/formats/hash.js';
import { readLeafFile } from '../src/formats/leaf-file.js';
import { leafHash, vaultDomain, type LeafClass } from '../src/formats/leaf.js';
import { mandateId, mandateText } from '../src/formats/mandate.js';
import { readManifest } from '../src/formats/manifest.js';
import { rootId } from '../src/formats/root.js';
import { join, locate, rootOfFrontier, Tree, verifyProof, type Node } from '../src/formats/tree.js';
import { groupHead, requestId, sidecarCommitment, usageEventHash } from '../src/formats/usage.js';
import { LeafFileReader } from '../src/leaf-file-reader.js';
import { heldFile } from '../src/published.js';
import { writeLeafFile } from './formats/leaf-file-writer.js';

interface HexNode {
  hash: string;
  sum: string;
}
interface Vectors {
  domain: { domain: string; genesis: string; rewards: string; vault: string }[];
  content_id: { content: string; content_hash: string; content_id: string; kind: number; length: string }[];
  commitment: Record<'commitment' | 'content_id' | 'genesis' | 'owner' | 'registry' | 'salt', string>[] &
    { kind: number }[];
  leaf: { claimant: string; class: number; cumulative: string; domain: string; hash: string }[];
  node: { joined: HexNode | null; left: HexNode; right: HexNode }[];
  tree: {
    count: number;
    frontier: HexNode[];
    top: HexNode;
    proofs: { frontier_slot: number; index: number; siblings: string }[];
  }[];
  refused_proof: {
    count: number;
    index: number;
    leaf: HexNode;
    siblings: string;
    tree: number;
    why: string;
  }[];
  root_id: {
    attempt: number;
    class_totals: string[];
    domain: string;
    epoch: string;
    finalised_slot: string;
    id: string;
    leaf_count: number;
    manifest: string;
    parent: string;
    policy_set: string;
    tree_hash: string;
  }[];
  leaf_file: {
    attempt: number;
    bytes?: string;
    class_totals: string[];
    count: number;
    domain: string;
    epoch: string;
    hash: string;
    leaves?: [number, string, string][];
    length: number;
    rule?: string;
    top: HexNode;
  }[];
  refused_leaf_file: { bytes: string; why: string }[];
  mandate: (Record<
    | 'expires'
    | 'gateway'
    | 'genesis'
    | 'id'
    | 'maximum'
    | 'nonce'
    | 'payer'
    | 'payer_secret_seed'
    | 'program'
    | 'signature'
    | 'text'
    | 'vault',
    string
  > & { id: string })[];
  manifest: { bytes: string; hash: string }[];
  usage_event: { bytes: string; hash: string }[];
  group: {
    events: string[];
    first: string;
    gateway: string;
    generation: number;
    head: string;
    previous: string;
  }[];
  request_id: { gateway: string; idempotency_key: string; payer: string; request_id: string }[];
  sidecar_commitment: { commitment: string; salt: string; sidecar: string }[];
  policy_set: { bytes: string; hash: string }[];
}

const vectors = JSON.parse(
  readFileSync(new URL('../../core/vectors.json', import.meta.url), 'utf8'),
) as Vectors;
const node = ({ hash, sum }: HexNode): Node => ({ hash: fromHex(hash), sum: BigInt(sum) });
const text = (value: string): Bytes => new TextEncoder().encode(value);
/** Vectors spell raw bytes in hexadecimal or as plain text, whichever they are. */
const raw = (value: string): Bytes => (/^([0-9a-f]{2})+$/.test(value) ? fromHex(value) : text(value));

/** The leaves of a tree vector, by its rule. */
function treeLeaves(count: number): Node[] {
  return Array.from({ length: count }, (_, i) => ({ hash: sha256(u32(i)), sum: 7n * BigInt(i) + 1n }));
}

describe('the shared vectors', () => {
  it('of domains, contents and commitments', () => {
    for (const each of vectors.domain) {
      const [genesis, rewards, vault] = [each.genesis, each.rewards, each.vault].map((key) => address(key));
      expect(toHex(vaultDomain(genesis!, rewards!, vault!))).toBe(each.domain);
    }
    for (const each of vectors.content_id) {
      const hash = fromHex(each.content_hash);
      expect(toHex(contentId(each.kind as AssetKind, BigInt(each.length), hash))).toBe(each.content_id);
    }
    for (const each of vectors.commitment) {
      const made = commitment({
        genesis: address(each.genesis),
        registry: address(each.registry),
        kind: each.kind as AssetKind,
        contentId: fromHex(each.content_id),
        owner: address(each.owner),
        salt: fromHex(each.salt),
      });
      expect(toHex(made)).toBe(each.commitment);
    }
  });

  it('of leaves and nodes', () => {
    for (const each of vectors.leaf) {
      const leaf = {
        class: each.class as LeafClass,
        claimant: address(each.claimant),
        cumulative: BigInt(each.cumulative),
      };
      expect(toHex(leafHash(leaf, fromHex(each.domain)))).toBe(each.hash);
    }
    for (const each of vectors.node) {
      // Nothing is joined where the sum would overflow.
      expect(join(node(each.left), node(each.right))).toEqual(each.joined ? node(each.joined) : undefined);
    }
  });

  it('of trees, frontiers and proofs', () => {
    for (const each of vectors.tree) {
      const leaves = treeLeaves(each.count);
      const tree = Tree.build(leaves)!;
      expect(tree.root).toEqual(node(each.top));
      expect(tree.frontier()).toEqual(each.frontier.map(node));
      expect(rootOfFrontier(tree.frontier(), each.count)).toEqual(node(each.top));
      for (const proof of each.proofs) {
        expect(toHex(tree.proof(proof.index)!)).toBe(proof.siblings);
        expect(locate(proof.index, each.count)?.slot).toBe(proof.frontier_slot);
        const siblings = fromHex(proof.siblings);
        expect(verifyProof(tree.frontier(), leaves[proof.index]!, proof.index, each.count, siblings)).toBe(
          true,
        );
      }
    }
  });

  it.each(vectors.refused_proof)('refuse a proof because $why', (each) => {
    const frontier = Tree.build(treeLeaves(each.tree))!.frontier();
    expect(verifyProof(frontier, node(each.leaf), each.index, each.count, fromHex(each.siblings))).toBe(
      false,
    );
  });

  it('of root ids', () => {
    for (const each of vectors.root_id) {
      const [earned, refund, fee] = each.class_totals.map(BigInt);
      const id = rootId({
        domain: fromHex(each.domain),
        epoch: BigInt(each.epoch),
        attempt: each.attempt,
        parent: fromHex(each.parent),
        finalisedSlot: BigInt(each.finalised_slot),
        treeHash: fromHex(each.tree_hash),
        classTotals: [earned!, refund!, fee!],
        leafCount: each.leaf_count,
        manifest: fromHex(each.manifest),
        policySet: fromHex(each.policy_set),
      });
      expect(toHex(id)).toBe(each.id);
    }
  });

  it('of leaf files, whole and by ranges', async () => {
    for (const each of vectors.leaf_file) {
      if (each.bytes === undefined || each.leaves === undefined) continue;
      const bytes = fromHex(each.bytes);
      const leaves = each.leaves.map(([leafClass, claimant, cumulative]) => ({
        class: leafClass as LeafClass,
        claimant: address(claimant),
        cumulative: BigInt(cumulative),
      }));
      const file = readLeafFile(bytes);
      expect(file.leaves).toEqual(leaves);
      expect(file.tree.root).toEqual(node(each.top));
      const written = writeLeafFile(leaves, fromHex(each.domain), BigInt(each.epoch), each.attempt);
      expect(toHex(written.bytes)).toBe(each.bytes);
      const held = heldFile(bytes);
      expect(held.hash).toBe(each.hash);
      const reader = await LeafFileReader.open(held, each.hash, written.root);
      for (const [index, leaf] of leaves.entries()) {
        const found = await reader.find(leaf.class, leaf.claimant);
        expect(found).toEqual({ ...leaf, index, proof: file.tree.proof(index) });
      }
    }
  });

  it('of a leaf file with several blocks, written from its rule', () => {
    const each = vectors.leaf_file.find((file) => file.rule !== undefined)!;
    const leaves = Array.from({ length: each.count }, (_, i) => {
      const key = new Uint8Array(32);
      new DataView(key.buffer).setUint32(28, i, false);
      return { class: 0 as const, claimant: getAddressDecoder().decode(key), cumulative: BigInt(i + 1) };
    });
    const file = writeLeafFile(leaves, fromHex(each.domain), BigInt(each.epoch), each.attempt);
    expect(each.rule).toContain('leaf i has class 0');
    expect(file.bytes).toHaveLength(each.length);
    expect(file.hash).toBe(each.hash);
    expect(file.tree.root).toEqual(node(each.top));
  });

  it.each(vectors.refused_leaf_file)('refuse a leaf file because $why', ({ bytes }) => {
    expect(() => readLeafFile(fromHex(bytes))).toThrow(FormatError);
  });

  it('of mandates, down to the signature', async () => {
    for (const each of vectors.mandate) {
      const mandate = {
        genesis: address(each.genesis),
        program: address(each.program),
        vault: address(each.vault),
        payer: address(each.payer),
        gateway: address(each.gateway),
        maximum: BigInt(each.maximum),
        expires: BigInt(each.expires),
        nonce: BigInt(each.nonce),
      };
      expect(mandateText(mandate)).toBe(each.text);
      expect(toHex(mandateId(mandate))).toBe(each.id);
      const key = await createKeyPairFromPrivateKeyBytes(fromHex(each.payer_secret_seed));
      expect(await getAddressFromPublicKey(key.publicKey)).toBe(each.payer);
      const signature = await signBytes(key.privateKey, text(mandateText(mandate)));
      expect(getBase58Decoder().decode(signature)).toBe(each.signature);
    }
  });

  it('of manifests, which are read only in their canonical spelling', () => {
    for (const each of vectors.manifest) {
      expect(toHex(sha256(text(each.bytes)))).toBe(each.hash);
      expect(readManifest(text(each.bytes)).version).toBe(1);
      expect(() => readManifest(text(each.bytes.replace('{', '{ ')))).toThrow(FormatError);
      expect(() => readManifest(text(each.bytes.replace('"version":1', '"version":2')))).toThrow(FormatError);
      expect(() => readManifest(text(each.bytes.replace('"epoch"', '"epoque"')))).toThrow(FormatError);
    }
  });

  it('of events, groups, requests, sidecars and policy sets', () => {
    for (const each of vectors.usage_event)
      expect(toHex(usageEventHash(fromHex(each.bytes)))).toBe(each.hash);
    for (const each of vectors.group) {
      const head = groupHead({
        gateway: address(each.gateway),
        generation: each.generation,
        first: BigInt(each.first),
        previous: fromHex(each.previous),
        events: each.events.map(fromHex),
      });
      expect(toHex(head)).toBe(each.head);
    }
    for (const each of vectors.request_id) {
      const id = requestId(address(each.gateway), address(each.payer), each.idempotency_key);
      expect(toHex(id)).toBe(each.request_id);
    }
    for (const each of vectors.sidecar_commitment) {
      expect(toHex(sidecarCommitment(fromHex(each.salt), raw(each.sidecar)))).toBe(each.commitment);
    }
    for (const each of vectors.policy_set) expect(toHex(sha256(fromHex(each.bytes)))).toBe(each.hash);
  });
});
