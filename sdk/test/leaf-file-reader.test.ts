/** The range reader against the whole tree, and against files that lie. */
import fc from 'fast-check';
import { getAddressDecoder, type Address } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { compare, u64, type Bytes } from '../src/bytes.js';
import { ProofError, PublishedFileError } from '../src/errors.js';
import { sha256 } from '../src/formats/hash.js';
import { BLOCK, HEADER_BYTES, LEAF_BYTES, leafKey } from '../src/formats/leaf-file.js';
import { leafHash, LeafClass, type Leaf } from '../src/formats/leaf.js';
import { verifyProof } from '../src/formats/tree.js';
import { LeafFileReader } from '../src/leaf-file-reader.js';
import { verifyLeafFile } from '../src/verify-leaf-file.js';
import { fetchWhole, firstOf, heldFile, httpFiles, type FileSource } from '../src/published.js';
import { writeLeafFile } from './formats/leaf-file-writer.js';

const domain = sha256([7]);
const claimant = (n: number): Address => getAddressDecoder().decode(sha256(u64(BigInt(n))));

/** Sorted leaves of `count` claimants; every fifth also has a refund. */
function leavesOf(count: number): Leaf[] {
  const leaves: Leaf[] = Array.from({ length: count }, (_, n) => ({
    class: n % 5 === 0 ? LeafClass.refund : LeafClass.earned,
    claimant: claimant(n),
    cumulative: BigInt(n + 1),
  }));
  return leaves.sort((a, b) => compare(leafKey(a.class, a.claimant), leafKey(b.class, b.claimant)));
}

/** Hands out bytes without checking their hash, as a lying mirror would. */
function mirror(bytes: Uint8Array): FileSource & { readonly ranges: number[] } {
  const ranges: number[] = [];
  return {
    name: 'a mirror',
    ranges,
    read: (_hash, range) => {
      ranges.push(range?.length ?? bytes.length);
      return Promise.resolve(
        Uint8Array.from(range ? bytes.subarray(range.start, range.start + range.length) : bytes),
      );
    },
  };
}

describe('the leaf-file reader', () => {
  it('rebuilds the proof of any claimant for any number of leaves', { timeout: 120_000 }, async () => {
    for (const count of [1, 2, 17, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7]) {
      const leaves = leavesOf(count);
      const file = writeLeafFile(leaves, domain);
      const reader = await LeafFileReader.open(mirror(file.bytes), file.hash, file.root);
      const frontier = file.tree.frontier();
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 0, max: count - 1 }), async (index) => {
          const leaf = leaves[index]!;
          const found = await reader.find(leaf.class, leaf.claimant);
          expect(found).toEqual({ ...leaf, index, proof: file.tree.proof(index) });
          const node = { hash: leafHash(leaf, domain), sum: leaf.cumulative };
          expect(verifyProof(frontier, node, index, count, found!.proof)).toBe(true);
        }),
        { numRuns: 20 },
      );
      expect(await reader.find(2, claimant(0))).toBeUndefined();
      expect(await reader.find(0, claimant(count + 1))).toBeUndefined();
    }
  });

  it('fetches one block and the list of blocks, not the whole file', async () => {
    const leaves = leavesOf(4 * BLOCK);
    const file = writeLeafFile(leaves, domain);
    const source = mirror(file.bytes);
    const reader = await LeafFileReader.open(source, file.hash, file.root);
    await reader.find(leaves[9]!.class, leaves[9]!.claimant);
    expect(source.ranges).toEqual([HEADER_BYTES, 4 * 73, BLOCK * LEAF_BYTES]);
  });

  it('refuses a file of another root and a file with a byte changed', async () => {
    const leaves = leavesOf(BLOCK + 40);
    const file = writeLeafFile(leaves, domain);
    await expect(
      LeafFileReader.open(mirror(file.bytes), file.hash, { ...file.root, epoch: 8n }),
    ).rejects.toThrow(ProofError);
    const treeHash = sha256([1]);
    await expect(
      LeafFileReader.open(mirror(file.bytes), file.hash, { ...file.root, treeHash }),
    ).rejects.toThrow(ProofError);
    // One unit more for the first claimant of the first block.
    const richer = Uint8Array.from(file.bytes);
    richer[HEADER_BYTES + 33]! += 1;
    const reader = await LeafFileReader.open(mirror(richer), file.hash, file.root);
    await expect(reader.find(leaves[0]!.class, leaves[0]!.claimant)).rejects.toThrow(ProofError);
  });

  it('does not let a mirror hide a claimant behind a false list of blocks', async () => {
    const leaves = leavesOf(2 * BLOCK);
    const file = writeLeafFile(leaves, domain);
    const last = leaves[BLOCK - 1]!;
    // Says that the second block begins at the first block's last claimant.
    const lying = Uint8Array.from(file.bytes);
    lying.set(leafKey(last.class, last.claimant), HEADER_BYTES + 2 * BLOCK * LEAF_BYTES + 73);
    const reader = await LeafFileReader.open(mirror(lying), file.hash, file.root);
    await expect(reader.find(last.class, last.claimant)).rejects.toThrow(ProofError);
  });

  it('asks for a block again after a failure', async () => {
    const file = writeLeafFile(leavesOf(4), domain);
    const good = mirror(file.bytes);
    let broken = false;
    const source: FileSource = {
      name: 'flaky',
      read: (hash, range) =>
        broken ? Promise.reject(new PublishedFileError(hash, 'there was no answer')) : good.read(hash, range),
    };
    const reader = await LeafFileReader.open(source, file.hash, file.root);
    broken = true;
    await expect(reader.find(0, claimant(1))).rejects.toThrow(PublishedFileError);
    broken = false;
    expect((await reader.find(0, claimant(1)))?.cumulative).toBe(2n);
  });
});

describe('a whole leaf file', () => {
  it('that holds is checked by ranges and comes to what the root says', async () => {
    const leaves = leavesOf(2 * BLOCK + 40);
    const file = writeLeafFile(leaves, domain);
    const source = mirror(file.bytes);
    const told: number[] = [];
    const onProgress = (checked: number) => told.push(checked);
    const found = await verifyLeafFile({ files: source, hash: file.hash, root: file.root, onProgress });
    expect(found.leafCount).toBe(leaves.length);
    expect(found.classTotals).toEqual(file.root.classTotals);
    expect(told).toEqual([BLOCK, 2 * BLOCK, leaves.length]);
    expect(Math.max(...source.ranges)).toBe(BLOCK * LEAF_BYTES);
  });

  it('with any byte changed does not hold', { timeout: 120_000 }, async () => {
    const file = writeLeafFile(leavesOf(BLOCK + 3), domain);
    const leavesEnd = HEADER_BYTES + (BLOCK + 3) * LEAF_BYTES;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: leavesEnd - 1 }), async (at) => {
        const changed = Uint8Array.from(file.bytes);
        changed[at]! ^= 1;
        await expect(
          verifyLeafFile({ files: mirror(changed), hash: file.hash, root: file.root }),
        ).rejects.toThrow();
      }),
      { numRuns: 20 },
    );
  });
});

describe('published files', () => {
  const bytes: Bytes = new TextEncoder().encode('some published text');
  const held = heldFile(bytes);

  it('are refused when their bytes do not hash to their name', async () => {
    expect(await fetchWhole(held, held.hash)).toEqual(bytes);
    await expect(fetchWhole(mirror(new Uint8Array(3)), held.hash)).rejects.toThrow(PublishedFileError);
    await expect(held.read('00'.repeat(32))).rejects.toThrow(PublishedFileError);
  });

  it('are looked for in one place after the other', async () => {
    const away = httpFiles('http://127.0.0.1:9/{aa}/{hash}', { timeoutMs: 500 });
    expect(await firstOf([away, held]).read(held.hash)).toEqual(bytes);
    await expect(firstOf([away]).read(held.hash)).rejects.toThrow(PublishedFileError);
  });

  it('come in ranges from servers that know them and from those that do not', async () => {
    const asked: string[] = [];
    const server =
      (status: number) =>
      (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
        const { url, headers } = new Request(input, init);
        asked.push(`${url} ${headers.get('range')}`);
        return Promise.resolve(new Response(status === 206 ? bytes.slice(5, 14) : bytes, { status }));
      };
    for (const status of [200, 206]) {
      const files = httpFiles('http://files.test/{hash}', { fetch: server(status) });
      expect(await files.read(held.hash, { start: 5, length: 9 })).toEqual(bytes.slice(5, 14));
    }
    expect(asked[0]).toBe(`http://files.test/${held.hash} bytes=5-13`);
  });

  it('are asked for again when the server is busy, as long as that may help', async () => {
    const statuses = [429, 503, 200, 429, 429, 404];
    const busy = (): Promise<Response> =>
      Promise.resolve(new Response(bytes, { status: statuses.shift()!, headers: { 'retry-after': '0' } }));
    expect(await httpFiles('http://files.test/{hash}', { fetch: busy }).read(held.hash)).toEqual(bytes);
    const once = httpFiles('http://files.test/{hash}', { fetch: busy, retries: 0 });
    await expect(once.read(held.hash)).rejects.toThrow('answered 429');
    const twice = httpFiles('http://files.test/{hash}', { fetch: busy, retries: 1 });
    await expect(twice.read(held.hash)).rejects.toThrow('answered 404');
    expect(statuses).toEqual([]);
  });
});
