/**
 * What faces look like in between: with a wallet, while they load, while something is
 * away, with everything opened. Each is kept and checked as the faces themselves are.
 */
import { readFile } from 'node:fs/promises';
import { createKeyPairSignerFromBytes } from '@solana/kit';
import { describe, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { onScene, openPage } from './browser.js';
import { lookAt, THEMES, WIDTHS } from './look.js';
import { contributorAt, keyFile, type System } from './system.js';
import { injectWallet } from './test-wallet.js';

const READY_MS = 20_000;

let system: System;
let browser: Browser;

onScene((scene) => {
  ({ system, browser } = scene);
});

async function connect(page: Page, query: string, wallet: { secret: readonly number[]; address: string }) {
  await injectWallet(page, { name: 'Phantom', secret: wallet.secret, address: wallet.address });
  await page.goto(`${system.api}/${query}`);
  await page.getByRole('button', { name: /^Phantom/ }).click({ timeout: READY_MS });
}

async function ada() {
  const secret = JSON.parse(await readFile(keyFile('Ada-Library.json'), 'utf8')) as number[];
  const { address } = await createKeyPairSignerFromBytes(Uint8Array.from(secret));
  return { secret, address };
}

/** Each brings a page into its state. */
const STATES: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  connected: async (page) => {
    await connect(page, '', contributorAt(system, -1));
    await page.locator('.costs').waitFor({ timeout: READY_MS });
  },
  opened: async (page) => {
    await connect(page, '', contributorAt(system, -1));
    await page.locator('.bars rect').first().waitFor({ timeout: READY_MS });
    await page
      .locator('details')
      .evaluateAll((all) => all.forEach((each) => ((each as HTMLDetailsElement).open = true)));
  },
  paying: async (page) => {
    await connect(page, '?view=pay', await ada());
    await page.locator('[data-figure="available"]').waitFor({ timeout: READY_MS });
    await page.getByLabel('It may spend at most').waitFor();
    await page.getByRole('textbox', { name: /^Deposit/ }).fill('nothing');
    await page.getByRole('button', { name: 'Deposit' }).click();
    await page.getByText('Write an amount above zero').waitFor();
  },
  offering: async (page) => {
    await connect(page, '?view=offer', await ada());
    await page
      .locator('input[type="file"]')
      .first()
      .setInputFiles({
        name: 'verses.txt',
        mimeType: 'text/plain',
        buffer: Buffer.from('The river carries its verse to the sea.'),
      });
    await page.getByRole('button', { name: 'Sign and send' }).click();
    await page.locator('.field-error').first().waitFor();
  },
  beginning: async (page) => {
    await page.route('**/v1/network', () => undefined);
    await page.goto(system.api);
    await page.locator('.waiting').first().waitFor({ timeout: READY_MS });
  },
  loading: async (page) => {
    await page.route('**/v1/files/**', () => undefined);
    await page.goto(`${system.api}/?claimant=${contributorAt(system, -1).address}`);
    await page.locator('.statement-head').waitFor({ timeout: READY_MS });
    await page.locator('.waiting').first().waitFor();
  },
  unanswered: async (page) => {
    await page.route(/\/v1\/(?!files)/, (route) => route.abort());
    const rpc = encodeURIComponent(system.rpcUrl);
    await page.goto(`${system.api}/?rpc=${rpc}&claimant=${contributorAt(system, -1).address}`);
    await page.getByText('The receipts need the API').waitFor({ timeout: READY_MS });
  },
  unreadable: async (page) => {
    await page.route('**/v1/assets**', (route) => route.abort());
    await page.goto(`${system.api}/?view=explore`);
    await page.locator('.notice.bad').first().waitFor({ timeout: READY_MS });
  },
};

describe.each(THEMES)('in %s every state', (colorScheme) => {
  it.each(WIDTHS)('fits %i pixels, and axe finds nothing serious', async (width) => {
    for (const [name, reach] of Object.entries(STATES)) {
      const { page, close } = await openPage(browser, { viewport: { width, height: 900 }, colorScheme });
      await reach(page);
      await lookAt(page, name, width, colorScheme);
      await close();
    }
  });
});
