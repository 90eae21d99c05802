/** A dataset from a dropped file to a record on the chain, and what stops one. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createKeyPairSignerFromBytes } from '@solana/kit';
import { createApi } from '@tributary/sdk';
import { describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { onScene, openPage } from './browser.js';
import { keyFile, SCREENSHOTS, type System } from './system.js';
import { injectWallet } from './test-wallet.js';

let system: System;
let browser: Browser;

onScene((scene) => {
  ({ system, browser } = scene);
});

/** Somebody with SOL and a wallet. */
async function openAsOwner() {
  const secret = JSON.parse(await readFile(keyFile('Ada-Library.json'), 'utf8')) as number[];
  const { address } = await createKeyPairSignerFromBytes(Uint8Array.from(secret));
  const watched = await openPage(browser);
  await injectWallet(watched.page, { name: 'Phantom', secret, address });
  await watched.page.goto(`${system.api}/?view=offer`);
  await watched.page.getByRole('button', { name: /^Phantom/ }).click();
  return { ...watched, address };
}

/** As a person drops it: the browser's own event, with the file in it. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  const files = await page.evaluateHandle(
    ([fileName, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], fileName, { type: 'text/plain' }));
      return transfer;
    },
    [name, text] as const,
  );
  await page.locator('.drop').dispatchEvent('drop', { dataTransfer: files });
}

async function describeIt(page: Page, name: string): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Made by').fill('Ada');
  await page.getByRole('button', { name: 'Sign and send' }).click();
  await page.getByRole('heading', { name, level: 1 }).waitFor({ timeout: 20_000 });
}

const step = (page: Page, name: string) => page.locator(`[data-step="${name}"]`);

/** A text nobody registered before. */
function verses(seed: string): string {
  return Array.from(
    { length: 40 },
    (_, line) => `The ${seed} river carries its ${line}th verse to the sea.`,
  ).join('\n');
}

describe('an owner', () => {
  it('drops a file, signs, watches each step, registers it, and sees its record', async () => {
    const { page, troubles, address, close } = await openAsOwner();
    const name = `Verses of ${Date.now().toString(36)}`;
    await drop(page, 'verses.txt', verses(name));
    await page.getByRole('button', { name: 'Sign and send' }).click();
    await page.getByText('Say who made it, in one line.').waitFor();
    await describeIt(page, name);
    await page.getByText('No secrets and no personal data were found.').waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Register it' }).waitFor({ timeout: 30_000 });
    await page.screenshot({ path: join(SCREENSHOTS, 'offer-register.png'), fullPage: true });

    // A reload follows it from where it is.
    await page.reload();
    await page.getByRole('button', { name: 'Register it' }).click({ timeout: 30_000 });
    await page.getByText('It is registered, and answers are compared with it.').waitFor({ timeout: 80_000 });
    expect(await step(page, 'index').getAttribute('data-state')).toBe('done');
    await page.screenshot({ path: join(SCREENSHOTS, 'offer-done.png'), fullPage: true });
    await page.getByRole('link', { name: 'See its record' }).click();
    await page.locator('.facts').getByText('CC-BY-4.0').waitFor({ timeout: 20_000 });
    const asset = new URL(page.url()).searchParams.get('asset')!;
    const { data } = await createApi(system.api).get('/v1/assets/{asset}', { asset });
    expect(data.owner).toBe(address);
    expect(troubles).toEqual([]);
    await close();
  });

  it('whose file holds a key is told where, and the key is not shown', async () => {
    const { page, close } = await openAsOwner();
    const key = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');
    const name = `Keys of ${Date.now().toString(36)}`;
    await drop(page, 'keys.txt', `${verses(name)}\n${key}\n`);
    await describeIt(page, name);
    await expect
      .poll(() => step(page, 'scan').getAttribute('data-state'), { timeout: 30_000 })
      .toBe('stopped');
    await page.getByText('AWS access key, once: line 41 (begins “AKIA…”)').waitFor();
    expect(await page.getByText(key).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Register it' }).count()).toBe(0);
    await page.screenshot({ path: join(SCREENSHOTS, 'offer-stopped.png'), fullPage: true });
    await page.getByText('Take it back').click();
    await page.getByRole('button', { name: 'Delete it at the gateway' }).click();
    await page.getByRole('heading', { name: 'Offer a dataset' }).waitFor();
    expect(await page.getByRole('link', { name }).count()).toBe(0);
    await close();
  });
});
