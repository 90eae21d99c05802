/** The explorer's box: by name, by address, by hash, by keyboard, and when there is nothing. */
import { getAddressDecoder } from '@solana/kit';
import { createApi, toHex } from '@tributary/sdk';
import { describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { onScene, openPage } from './browser.js';
import { contributorAt, type System } from './system.js';

/** An address that was never anybody's. */
const STRANGER = getAddressDecoder().decode(new Uint8Array(32).fill(7));

let system: System;
let browser: Browser;

onScene((scene) => {
  ({ system, browser } = scene);
});

const box = (page: Page) => page.getByRole('searchbox', { name: 'Find by name, address or hash' });
const matches = (page: Page) => page.locator('.matches a');

async function openExplorer() {
  const watched = await openPage(browser);
  await watched.page.goto(`${system.api}/?view=explore`);
  await box(watched.page).waitFor();
  return watched;
}

describe('who looks for something', () => {
  it('finds an asset by the beginning of a word of its name, with the keyboard alone', async () => {
    const { data } = await createApi(system.api).get('/v1/assets', { kind: 'dataset', limit: 1 });
    const { name, asset } = data[0]!;
    const word = /[\p{L}\p{N}]{3,}/u.exec(name!)![0];
    const { page, troubles, close } = await openExplorer();
    await box(page).focus();
    await page.keyboard.type(word.slice(0, -1).toLowerCase());
    const match = page.locator('.matches').getByRole('link', { name: name! }).first();
    await match.waitFor();
    for (let presses = 0; presses < 25; presses += 1) {
      if (await match.evaluate((link) => link === document.activeElement)) break;
      await page.keyboard.press('ArrowDown');
    }
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: name!, level: 1 }).waitFor();
    expect(new URL(page.url()).searchParams.get('asset')).toBe(asset);
    expect(troubles).toEqual([]);
    await close();
  });

  it('is taken to a root by its identity, and to what an address earned', async () => {
    const { address, now } = contributorAt(system, -1);
    const root = toHex(now.root!.id);
    const { page, troubles, close } = await openExplorer();
    await box(page).fill(root);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^The root of epoch/ }).waitFor();
    expect(new URL(page.url()).searchParams.get('root')).toBe(root);
    await page.goBack();
    await box(page).fill(address);
    await matches(page).filter({ hasText: 'what it earned' }).click();
    await page.getByRole('heading', { name: 'What this address has earned' }).waitFor();
    expect(troubles).toEqual([]);
    await close();
  });

  it('is told when there is nothing, and what can be found; Escape leaves', async () => {
    const { page, troubles, close } = await openExplorer();
    await box(page).fill('qqqqqqqq');
    await page.getByText('Nothing here is called “qqqqqqqq”.').waitFor();
    expect(await matches(page).count()).toBe(0);
    await page.keyboard.press('Escape');
    expect(await page.locator('.found').count()).toBe(0);
    await box(page).fill(STRANGER);
    await page.getByText('Nothing here has this address').waitFor();
    await page.getByRole('link', { name: 'Look at its empty statement' }).click();
    await page.getByText('This address has no entitlement here.').waitFor({ timeout: 20_000 });
    expect(troubles).toEqual([]);
    await close();
  });

  it('is not told "nothing" when the API cannot say', async () => {
    const { page, close } = await openExplorer();
    await page.route('**/v1/search**', (route) => route.abort());
    await box(page).fill('tide');
    await page.getByText('The search needs the API, which did not answer.').waitFor({ timeout: 20_000 });
    expect(await page.getByText(/^Nothing here/).count()).toBe(0);
    await page.unroute('**/v1/search**');
    await page.locator('.found').getByRole('button', { name: 'Try again' }).click();
    await page.locator('.found').getByText('The search needs the API').waitFor({ state: 'detached' });
    await close();
  });
});
