/** The explorer, the contributor's choices, and the payer's side. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { createKeyPairSignerFromBytes, type Address } from '@solana/kit';
import { createApi, toHex, type Api } from '@tributary/sdk';
import { onScene, openPage } from './browser.js';
import { contributorAt, keyFile, SCREENSHOTS, type System } from './system.js';
import { injectWallet } from './test-wallet.js';

let system: System;
let browser: Browser;
let api: Api;
let model: string;
let root: string;

onScene(async (scene) => {
  ({ system, browser } = scene);
  api = createApi(system.api);
  const { data } = await api.get('/v1/assets', { kind: 'model', limit: 1 });
  model = data[0]!.asset;
  root = toHex(contributorAt(system, -1).now.root!.id);
});

describe('a visitor of the explorer', () => {
  it('walks from a model to a dataset, to its owner, and back', async () => {
    const { page, troubles, close } = await openPage(browser);
    await page.goto(`${system.api}/?view=explore`);
    await page.getByRole('button', { name: 'Models' }).click();
    const table = page.getByRole('region', { name: 'Assets' });
    await table.getByRole('link').first().click();
    const graph = page.getByRole('region', { name: 'The graph around this asset' });
    const { data } = await api.get('/v1/assets/{asset}/graph', { asset: model });
    await expect.poll(() => graph.locator('.node').count()).toBe(data.nodes.length);
    expect(await graph.locator('.edge').count()).toBe(data.edges.length);
    // By keyboard: the first older asset's box is a link.
    await graph.locator('.node.dataset a').first().focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.statement-head .badge').first().innerText()).toBe('dataset');
    expect(new URL(page.url()).searchParams.get('asset')).not.toBe(model);
    await page.locator('.facts .plain a').first().click();
    await page.getByRole('heading', { name: 'What this address has earned' }).waitFor();
    await page.goBack();
    await expect.poll(() => page.locator('.statement-head .badge').first().innerText()).toBe('dataset');
    expect(troubles).toEqual([]);
    await close();
  });

  it('sees a root checked in the page, from the chain down to every leaf', async () => {
    const { page, troubles, close } = await openPage(browser);
    await page.goto(`${system.api}/?root=${root}`);
    await page.getByText('The root holds, from the chain down to every leaf.').waitFor({ timeout: 30_000 });
    expect(await page.locator('.step.holds').count()).toBe(5);
    expect(troubles).toEqual([]);
    await close();
  });

  it('is told which step fails when a file is not what its root says', async () => {
    const { page, close } = await openPage(browser);
    await page.route('**/v1/files/**', async (route) => {
      const answer = await route.fetch();
      const body = await answer.body();
      body.fill(0, 0, 1);
      await route.fulfill({ response: answer, body });
    });
    await page.goto(`${system.api}/?root=${root}`);
    await page.locator('.step.fails').waitFor({ timeout: 30_000 });
    expect(await page.locator('.step.fails').count()).toBe(1);
    expect(await page.getByText('The root holds').count()).toBe(0);
    await close();
  });
});

describe('a contributor', () => {
  it('sees the earnings of each epoch as bars, and the same numbers as a table', async () => {
    const { address, now } = contributorAt(system, -1);
    const { page, close } = await openPage(browser);
    await page.goto(`${system.api}/?claimant=${address}`);
    await page.locator('.bars rect').first().waitFor({ timeout: 20_000 });
    const epochs = new Set<number>();
    for await (const { epoch } of api.list('/v1/claimants/{claimant}/earnings', {
      claimant: address,
      vault: now.vault,
    })) {
      epochs.add(epoch);
    }
    expect(await page.locator('.bars > g').count()).toBe(epochs.size);
    await page.getByText('The same as a table').click();
    expect(
      await page.getByRole('region', { name: 'Earnings by epoch and asset' }).locator('tbody tr').count(),
    ).toBe(epochs.size);
    await close();
  });

  it('chooses a recipient, and takes the choice back', async () => {
    const { secret, address } = contributorAt(system, -1);
    const other: Address = contributorAt(system, 0).address;
    const { page, troubles, close } = await openPage(browser);
    await injectWallet(page, { name: 'Phantom', secret, address });
    await page.goto(system.api);
    await page.getByRole('button', { name: /^Phantom/ }).click();
    await page.getByText('Paid to this address; you may choose another').click({ timeout: 20_000 });
    const field = page.getByLabel('Address that receives');
    await field.fill('nonsense');
    await page.getByRole('button', { name: 'Choose' }).click();
    await page.getByText('That is not a Solana address').waitFor();
    await field.fill(other);
    await page.getByRole('button', { name: 'Choose' }).click();
    await page.getByText('Paid to another address that you chose').waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Receive yourself again' }).click();
    await page.getByText('Paid to this address; you may choose another').waitFor({ timeout: 30_000 });
    expect(troubles).toEqual([]);
    await close();
  });
});

describe('a payer', () => {
  it('signs a mandate, asks an agent, and sees what is left', async () => {
    const secret = JSON.parse(await readFile(keyFile('Ada-Library.json'), 'utf8')) as number[];
    const { address } = await createKeyPairSignerFromBytes(Uint8Array.from(secret));
    const { page, troubles, close } = await openPage(browser);
    await injectWallet(page, { name: 'Phantom', secret, address });
    await page.goto(`${system.api}/?view=pay`);
    await page.getByRole('button', { name: /^Phantom/ }).click();
    await page.locator('[data-figure="available"]').waitFor({ timeout: 20_000 });
    await page.getByRole('textbox', { name: /^Deposit/ }).fill('999999999999');
    await page.getByRole('button', { name: 'Deposit' }).click();
    await page.getByText('The wallet holds').last().waitFor();
    await page.getByLabel('It may spend at most').fill('1');
    await page.getByRole('button', { name: 'Sign a mandate' }).click();
    await page.getByText('Your API key, shown once').waitFor({ timeout: 20_000 });
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.getByText(/^That cost/).waitFor({ timeout: 30_000 });
    await page.screenshot({ path: join(SCREENSHOTS, 'payer-asked.png'), fullPage: true });
    expect(troubles).toEqual([]);
    await close();
  });
});
