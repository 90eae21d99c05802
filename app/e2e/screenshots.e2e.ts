/** The page's faces at three widths, light and dark, for people to look at; and what can be checked of them. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Address } from '@solana/kit';
import { createApi } from '@tributary/sdk';
import type { Browser } from 'playwright-core';
import { openBrowser, openPage } from './browser.js';
import { findSystem, SCREENSHOTS, type System } from './system.js';

const WIDTHS = [390, 820, 1280] as const;
const THEMES = ['light', 'dark'] as const;

let system: System;
let browser: Browser;
/** Whose texts stand in the most answers: their page has the most to show. */
let author: Address;

beforeAll(async () => {
  system = await findSystem();
  author = await findAuthor();
  browser = await openBrowser();
  await mkdir(SCREENSHOTS, { recursive: true });
}, 120_000);

afterAll(async () => {
  await browser.close();
});

async function findAuthor(): Promise<Address> {
  const api = createApi(system.api);
  const counted = await Promise.all(
    system.everybody.map(async ({ address, now }) => {
      const epoch = Number(now.root?.epoch ?? 1n);
      const { data } = await api.receipts(address, { vault: system.vault, epoch, limit: 100 });
      const verbatim = data.filter((receipt) => receipt.policy === 'verbatim');
      return { address, texts: new Set(verbatim.map((receipt) => receipt.asset.asset)).size };
    }),
  );
  const [first] = counted.sort((a, b) => b.texts - a.texts);
  if (!first) throw new Error('the newest root grants nobody anything');
  return first.address;
}

for (const width of WIDTHS) {
  for (const colorScheme of THEMES) {
    it(`fits ${width} pixels in ${colorScheme}`, async () => {
      const { page, troubles, close } = await openPage(browser, {
        viewport: { width, height: 900 },
        colorScheme,
      });
      const shoot = async (face: string): Promise<void> => {
        await page.screenshot({
          path: join(SCREENSHOTS, `${face}-${width}-${colorScheme}.png`),
          fullPage: true,
        });
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(overflow, `${face} is wider than the window`).toBeLessThanOrEqual(0);
      };
      await page.goto(system.api);
      await page.getByRole('heading', { name: 'Connect a wallet' }).waitFor();
      await shoot('opening');
      await page.goto(`${system.api}/?claimant=${author}`);
      await page.locator('.source').first().click({ timeout: 20_000 });
      await page.locator('.event').first().waitFor();
      await page.locator('#history').waitFor();
      await shoot('statement');
      await page.getByText('Where this page looks', { exact: true }).click();
      await shoot('settings');
      expect(troubles).toEqual([]);
      await close();
    });
  }
}
