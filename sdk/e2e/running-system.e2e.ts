/**
 * The SDK against a running system: what `make demo` leaves in target/demo, a
 * demo's folder in TRIBUTARY_DEMO, or TRIBUTARY_API and, for the claimant to look
 * at, TRIBUTARY_CLAIMANT.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { address, createSolanaRpc, type Address } from '@solana/kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../src/bytes.js';
import { ApiProblem } from '../src/errors.js';
import { createApi, type Api, type Receipt } from '../src/api/client.js';
import { findVaults, type ChainRpc } from '../src/chain/read.js';
import { claimable, type VaultClaimable } from '../src/claim/claimable.js';
import { sha256 } from '../src/formats/hash.js';
import { readLeafFile } from '../src/formats/leaf-file.js';
import { readManifest } from '../src/formats/manifest.js';
import { fetchWhole, httpFiles, type FileSource } from '../src/published.js';

interface Summary {
  readonly urls?: { readonly api?: string };
  readonly earners?: readonly { readonly claimant: string }[];
}

const sdk = join(import.meta.dirname, '..');
let api: Api;
let rpc: ChainRpc;
let files: FileSource;
let claimant: Address;
let now: VaultClaimable;

beforeAll(async () => {
  const demo = process.env.TRIBUTARY_DEMO ?? join(sdk, '..', 'target', 'demo');
  const summary = await readFile(join(demo, 'summary.json'), 'utf8').then(
    (text) => JSON.parse(text) as Summary,
    (): Summary => ({}),
  );
  const url = process.env.TRIBUTARY_API ?? summary.urls?.api;
  const whose = process.env.TRIBUTARY_CLAIMANT ?? summary.earners?.[0]?.claimant;
  if (!url || !whose) throw new Error('start "make demo", or set TRIBUTARY_API and TRIBUTARY_CLAIMANT');
  api = createApi(url);
  const network = await api.network();
  rpc = createSolanaRpc(network.rpc_url);
  files = httpFiles(`${url}/v1/files/{hash}`);
  claimant = address(whose);
  now = await claimable({ rpc, files, vault: address(network.vaults[0]!.vault), claimant });
});

describe('against the running system', () => {
  it('chain and API name the same vaults', async () => {
    const { vaults } = await api.network();
    expect([...(await findVaults(rpc))].sort()).toEqual(vaults.map((each) => each.vault).sort());
  });

  it('what the SDK rebuilds from the leaf file is what the API says', async () => {
    const { vaults } = await api.balances(claimant);
    const said = vaults.find((each) => each.token.vault === now.vault)!;
    for (const each of now.classes) {
      const same = said.classes.find((one) => one.class === each.name)!;
      expect(BigInt(same.cumulative)).toBe(each.cumulative);
    }
    expect(now.classes.some((each) => each.cumulative > 0n)).toBe(true);
  });

  it('the whole leaf file hashes to its name and to the root on the chain', async () => {
    const manifest = readManifest(await fetchWhole(files, toHex(now.root!.manifest)));
    const bytes = await fetchWhole(files, manifest.leaf_file);
    expect(sha256(bytes)).toEqual(fromHex(manifest.leaf_file));
    const { tree, leaves } = readLeafFile(bytes);
    expect(toHex(tree.root.hash)).toBe(toHex(now.root!.treeHash));
    expect(tree.frontier()).toEqual(now.root!.frontier);
    expect(leaves.filter((leaf) => leaf.claimant === claimant).length).toBeGreaterThan(0);
  });

  it('the receipts of an epoch sum to what its root credited', async () => {
    const { data: history } = await api.history(claimant, { limit: 100 });
    const credited = history.find((entry) => entry.root?.status === 'active')!;
    const receipts: Receipt[] = [];
    for (let cursor: string | undefined, more = true; more;) {
      const page = await api.receipts(claimant, {
        vault: now.vault,
        epoch: credited.epoch,
        limit: 100,
        cursor,
      });
      receipts.push(...page.data);
      cursor = page.next_cursor ?? undefined;
      more = page.has_more;
    }
    const sum = receipts.reduce((all, receipt) => all + BigInt(receipt.amount), 0n);
    expect(sum).toBe(BigInt(credited.root!.earned));
  });

  it('a malformed question is a problem with a code, not an exception', async () => {
    const asked = api.balances('not-an-address' as Address);
    await expect(asked).rejects.toThrow(ApiProblem);
    await expect(asked).rejects.toMatchObject({ status: 400, retryable: false });
  });

  it('the quick start of the README runs as written', async () => {
    const readme = await readFile(join(sdk, 'README.md'), 'utf8');
    const example = await readFile(join(sdk, 'examples', 'claimable.mjs'), 'utf8');
    const [, shown = ''] = /```js\n(import [\s\S]*?)```/.exec(readme) ?? [];
    expect(example).toContain(shown);
    const { stdout } = await promisify(execFile)('node', ['examples/claimable.mjs', api.baseUrl, claimant], {
      cwd: sdk,
    });
    expect(stdout).toContain(`${now.vault}: `);
  });
});
