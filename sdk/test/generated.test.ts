/** What is generated and committed is what would be generated now: drift fails here. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { address } from '@solana/kit';
import * as ours from '../src/chain/addresses.js';
import * as registry from '../src/generated/registry/index.js';
import * as rewards from '../src/generated/rewards/index.js';

const sdk = join(import.meta.dirname, '..');
const run = (script: string, ...args: string[]) =>
  promisify(execFile)('node', [join(sdk, 'scripts', script), ...args], { cwd: sdk });
let folder: string;

beforeAll(async () => {
  // Inside of the package, so that the formatter finds its settings.
  folder = await mkdtemp(join(sdk, 'node_modules', '.generated-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function filesOf(root: string): Promise<Record<string, string>> {
  const names = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.ts')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(root, name), 'utf8')));
  return Object.fromEntries(names.map((name, at) => [name, texts[at] ?? '']));
}

it('the clients are those of the committed IDLs', { timeout: 120_000 }, async () => {
  await run('generate-clients.mjs', join(sdk, '..', 'programs', 'idl'), folder);
  const [fresh, committed] = await Promise.all([filesOf(folder), filesOf(join(sdk, 'src', 'generated'))]);
  expect(Object.keys(committed).length).toBeGreaterThan(40);
  expect(committed).toEqual(fresh);
});

it("the API's types are those of its committed description", { timeout: 120_000 }, async () => {
  const output = join(folder, 'schema.txt');
  await run('generate-api-types.mjs', join(sdk, '..', 'api', 'openapi.json'), output);
  expect(await readFile(join(sdk, 'src', 'api', 'schema.ts'), 'utf8')).toBe(await readFile(output, 'utf8'));
});

it('the addresses written by hand are those the IDLs derive', async () => {
  expect([registry.REGISTRY_PROGRAM_ADDRESS, rewards.REWARDS_PROGRAM_ADDRESS]).toEqual([
    ours.REGISTRY,
    ours.REWARDS,
  ]);
  const key = address('8bZnqzgaPViZPUW5XTNCtfMJYz4Rx9fLzE5aeGmX8j58');
  const [vault] = await rewards.findVaultPda({ mint: key });
  const [config] = await rewards.findConfigPda();
  const [payer] = await rewards.findPayerAccountPda({ vault, payer: key });
  const [authority] = await rewards.findEventAuthorityPda();
  expect([vault, config, payer, authority]).toEqual([
    await ours.vaultAddress(key),
    await ours.rewardsConfigAddress(),
    await ours.payerAddress(vault, key),
    await ours.rewardsEventAuthority(),
  ]);
  const [gateway] = await registry.findGatewayPda({ operator: key, index: 3 });
  expect(gateway).toBe(await ours.gatewayAddress(key, 3));
});
