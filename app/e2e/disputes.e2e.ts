/** A dispute, opened on the chain: its asset's page and whom it keeps from their income are told. */
import { createKeyPairSignerFromBytes, type Address } from '@solana/kit';
import {
  createApi,
  registry,
  registryConfigAddress,
  registryEventAuthority,
  shardAddress,
  REGISTRY,
  type Api,
  type Balances,
} from '@tributary/sdk';
import { describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { send, simulate } from '../../sdk/src/chain/transactions.js';
import { onScene, openPage } from './browser.js';
import { lookAt } from './look.js';
import { contributorAt, type System } from './system.js';

let system: System;
let browser: Browser;
let api: Api;
/** Whose name the dispute is about, and whose income it holds. */
let asset: { readonly asset: string; readonly name?: string | null; readonly owner: string };
let deadline: number;

onScene(async (scene) => {
  ({ system, browser } = scene);
  api = createApi(system.api);
  const owner = contributorAt(system, -1).address;
  const { data } = await api.get('/v1/assets', { claimant: owner, limit: 1 });
  asset = data[0]!;
  deadline = await dispute(asset.asset as Address);
});

/** Somebody else says that it is not its owner's; answers the last slot for a ruling. */
async function dispute(of: Address): Promise<number> {
  const known = await api.get('/v1/disputes', { asset: of, open: true });
  if (known.data[0]) return known.data[0].deadline_slot!;
  const challenger = await createKeyPairSignerFromBytes(Uint8Array.from(contributorAt(system, 0).secret));
  const open = await registry.getOpenDisputeInstructionAsync({
    challenger,
    config: await registryConfigAddress(),
    shard: await shardAddress(0),
    asset: of,
    eventAuthority: await registryEventAuthority(),
    program: REGISTRY,
    evidenceHash: new Uint8Array(32).fill(9),
  });
  const { slot } = await send(system.rpc, await simulate(system.rpc, challenger, [open]));
  const said = await api.get('/v1/disputes', { asset: of, open: true, min_slot: Number(slot) });
  return said.data[0]!.deadline_slot!;
}

describe('while an asset is disputed', () => {
  it('its page says by whom, and the last slot for a ruling', async () => {
    const { page, troubles, close } = await openPage(browser);
    await page.goto(`${system.api}/?asset=${asset.asset}`);
    await page.getByText('It is disputed: what it earns is held.').waitFor({ timeout: 20_000 });
    await page.getByText(`up to slot ${deadline.toLocaleString('en')}`).waitFor();
    await page.getByText('It does not stand here before the dispute ends.').waitFor();
    await lookAt(page, 'disputed', 1280, 'light');
    expect(troubles).toEqual([]);
    await close();
  });

  it('who shares its income is told which asset it is and when that ends, and can claim what was settled', async () => {
    const { address, now } = contributorAt(system, -1);
    const { page, troubles, close } = await openPage(browser);
    await page.goto(`${system.api}/?claimant=${address}`);
    await page.getByText('What a disputed asset earns from now on is held.').waitFor({ timeout: 20_000 });
    await page.getByText(`up to slot ${deadline.toLocaleString('en')}`).waitFor();
    expect(now.due).toBeGreaterThan(0n);
    await page.getByText('Connect a wallet to claim.').waitFor();
    await page.locator('.notice').getByRole('link').first().click();
    await page.getByText('It is disputed: what it earns is held.').waitFor();
    expect(troubles).toEqual([]);
    await close();
  });

  it('what is held already is an amount of its own, to the last fraction', async () => {
    const { address, now } = contributorAt(system, -1);
    const { page, close } = await openPage(browser, { viewport: { width: 360, height: 900 } });
    // Nothing is settled while these journeys run: the amount alone is put into the API's answer.
    await page.route('**/balances', async (route) => {
      const answer = await route.fetch();
      const body = (await answer.json()) as { data: Balances };
      const [first] = body.data.vaults[0]!.classes;
      first!.held_sub_units = ((1_234_567n << 32n) + 1n).toString();
      await route.fulfill({ response: answer, json: body });
    });
    await page.goto(`${system.api}/?claimant=${address}`);
    expect(now.account.decimals).toBe(6);
    await page.getByText('1.234567 is held until a dispute ends.').waitFor({ timeout: 20_000 });
    await lookAt(page, 'held', 360, 'light');
    await close();
  });
});
