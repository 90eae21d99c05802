/** Every example that asks an API, run against the running system as it stands. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { address, createKeyPairSignerFromBytes, createSolanaRpc } from '@solana/kit';
import { expect, it } from 'vitest';
import { createApi } from '../src/api/client.js';
import { claimable } from '../src/claim/claimable.js';
import { NothingToClaim } from '../src/errors.js';
import { httpFiles } from '../src/published.js';
import { asksApi, examples, run } from '../test/doc-examples.js';

const demo = process.env.TRIBUTARY_DEMO ?? join(import.meta.dirname, '..', '..', 'target', 'demo');
/** A stream has no end: an example that follows one is left alone once it has stood open for so long. */
const STREAM_MS = 3_000;

const withApi = examples().filter(asksApi);

async function given() {
  const { urls } = JSON.parse(await readFile(join(demo, 'summary.json'), 'utf8')) as {
    urls: { api: string };
  };
  const bytes = JSON.parse(await readFile(join(demo, 'keys', 'Ada-Library.json'), 'utf8')) as number[];
  const api = createApi(urls.api);
  const network = await api.network();
  // A payer: it has SOL and has earned nothing, so that no journey is robbed of its claim.
  const signer = await createKeyPairSignerFromBytes(Uint8Array.from(bytes), true);
  return {
    api,
    signer,
    rpc: createSolanaRpc(network.rpc_url),
    files: httpFiles(`${urls.api}/v1/files/{hash}`),
    vault: address(network.vaults[0]!.vault),
    claimant: signer.address,
  };
}

it.each(withApi)('the example of $where runs as it stands', async (example) => {
  const around = await given();
  const argv = ['node', example.where, around.api.baseUrl, around.claimant];
  const ran = async () =>
    run(example, { ...around, process: { argv } }, { 'http://127.0.0.1:8090': around.api.baseUrl });
  if (/\bwatch\(/.test(example.code)) {
    const open = new Promise((resolve) => setTimeout(() => resolve('open'), STREAM_MS));
    expect(await Promise.race([ran(), open])).toBe('open');
  } else if (/\bclaim\(/.test(example.code)) {
    // Up to the chain's own word that nothing is due; claims that pay are in test/chain/examples.test.ts.
    expect((await claimable(around)).due).toBe(0n);
    await expect(ran()).rejects.toThrow(NothingToClaim);
  } else {
    await ran();
  }
});

it('no example is left out', () => {
  expect(withApi.length).toBeGreaterThan(4);
});
