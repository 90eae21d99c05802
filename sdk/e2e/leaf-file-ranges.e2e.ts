/**
 * A leaf file of several blocks in a real store, served by the real API, read by
 * the SDK in ranges over HTTP. No chain and no database: published files need
 * neither.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { getAddressDecoder, type Address } from '@solana/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compare, u64 } from '../src/bytes.js';
import { PublishedFileError } from '../src/errors.js';
import { sha256 } from '../src/formats/hash.js';
import { BLOCK, BLOCK_BYTES, HEADER_BYTES, LEAF_BYTES, leafKey } from '../src/formats/leaf-file.js';
import { leafHash, LeafClass, type Leaf } from '../src/formats/leaf.js';
import { verifyProof } from '../src/formats/tree.js';
import { LeafFileReader } from '../src/leaf-file-reader.js';
import { httpFiles, type FileSource } from '../src/published.js';
import { writeLeafFile } from '../test/formats/leaf-file-writer.js';

const domain = sha256([7]);
const claimant = (n: number): Address => getAddressDecoder().decode(sha256(u64(BigInt(n))));

/** Four whole blocks and a part of a fifth. */
const COUNT = 4 * BLOCK + 40;
const leaves: Leaf[] = Array.from({ length: COUNT }, (_, n) => ({
  class: LeafClass.earned,
  claimant: claimant(n),
  cumulative: BigInt(n + 1),
})).sort((a, b) => compare(leafKey(a.class, a.claimant), leafKey(b.class, b.claimant)));
const file = writeLeafFile(leaves, domain);

let store: string | undefined;
let api: ChildProcess | undefined;
let files: FileSource;
/** Where the store keeps the file. */
let place: string;
/** What was answered: status and number of bytes. */
const answers: { status: number; bytes: number; range: string | null }[] = [];

/** Where the API says that it listens. */
function listening(child: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const [, url] = /^listening on (\S+)$/.exec(line) ?? [];
      if (url) found(url);
    });
    child.once('exit', (code) => failed(new Error(`the API ended with ${code}`)));
    child.once('error', failed);
  });
}

beforeAll(async () => {
  const cache = process.env.TRIBUTARY_CACHE ?? join(homedir(), '.cache', 'tributary');
  const binary = join(cache, 'target', 'services', 'debug', 'tributary');
  if (!existsSync(binary)) throw new Error(`${binary} is missing: run "make services"`);
  store = await mkdtemp(join(tmpdir(), 'leaf-file-'));
  await mkdir(join(store, file.hash.slice(0, 2)));
  place = join(store, file.hash.slice(0, 2), file.hash);
  await writeFile(place, file.bytes);
  const nowhere = ['--database-url', 'postgres://nobody@127.0.0.1:9/none', '--rpc', 'http://127.0.0.1:9'];
  api = spawn(binary, ['api', '--api-listen', '127.0.0.1:0', '--store', store, ...nowhere], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, RUST_LOG: 'error' },
  });
  const url = await listening(api);
  const counting: typeof fetch = async (input, init) => {
    const answer = await fetch(input, init);
    const bytes = (await answer.clone().arrayBuffer()).byteLength;
    answers.push({ status: answer.status, bytes, range: answer.headers.get('content-range') });
    return answer;
  };
  files = httpFiles(`${url}/v1/files/{hash}`, { fetch: counting });
});

afterAll(async () => {
  if (api?.exitCode === null) {
    const ended = once(api, 'exit');
    api.kill('SIGTERM');
    await ended;
  }
  if (store) await rm(store, { recursive: true });
});

describe('a leaf file over HTTP', () => {
  it('gives a proof for three ranges: the header, the list of blocks, one block', async () => {
    answers.length = 0;
    const index = 2 * BLOCK + 77;
    const leaf = leaves[index]!;
    const reader = await LeafFileReader.open(files, file.hash, file.root);
    const found = await reader.find(leaf.class, leaf.claimant);
    expect(found).toEqual({ ...leaf, index, proof: file.tree.proof(index) });
    const node = { hash: leafHash(leaf, domain), sum: leaf.cumulative };
    expect(verifyProof(file.tree.frontier(), node, index, COUNT, found!.proof)).toBe(true);
    expect(answers.map((answer) => answer.bytes)).toEqual([
      HEADER_BYTES,
      5 * BLOCK_BYTES,
      BLOCK * LEAF_BYTES,
    ]);
    for (const answer of answers) {
      expect(answer.status).toBe(206);
      expect(answer.range).toMatch(new RegExp(`^bytes \\d+-\\d+/${file.bytes.length}$`));
    }
  });

  it('gives every proof at the edges of blocks, and shows who has no leaf', async () => {
    const reader = await LeafFileReader.open(files, file.hash, file.root);
    for (const index of [0, BLOCK - 1, BLOCK, 4 * BLOCK - 1, 4 * BLOCK, COUNT - 1]) {
      const leaf = leaves[index]!;
      const found = await reader.find(leaf.class, leaf.claimant);
      expect(found).toEqual({ ...leaf, index, proof: file.tree.proof(index) });
    }
    expect(await reader.find(LeafClass.refund, leaves[0]!.claimant)).toBeUndefined();
    expect(await reader.find(LeafClass.earned, claimant(COUNT + 1))).toBeUndefined();
  });

  it('is not served once the stored bytes are others than its name says', async () => {
    const spoiled = Uint8Array.from(file.bytes);
    spoiled[HEADER_BYTES + 33]! += 1;
    await writeFile(place, spoiled);
    await expect(LeafFileReader.open(files, file.hash, file.root)).rejects.toThrow(PublishedFileError);
    await writeFile(place, file.bytes);
  });
});
