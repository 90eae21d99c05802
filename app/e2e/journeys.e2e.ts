/** Whole journeys of a contributor, with a wallet that signs for real. */
import { getAddressDecoder, getCompiledTransactionMessageDecoder, getTransactionDecoder } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { CLAIM_BYTES_MAX, createApi, readManifest, SIBLING_BYTES, toHex } from '@tributary/sdk';
import { join } from 'node:path';
import { readableText } from '../src/ui/amount.js';
import { onScene, openPage } from './browser.js';
import { startMirror } from './mirror.js';
import { answerRpc } from './rpc.js';
import { contributorAt, type Contributor, type System } from './system.js';
import { injectWallet } from './test-wallet.js';

/** An address that was never anybody's. */
const STRANGER = getAddressDecoder().decode(new Uint8Array(32).fill(7));

let system: System;
let browser: Browser;

onScene((scene) => {
  ({ system, browser } = scene);
});

/** Twenty levels, of which the root itself holds the top four. */
const SIBLINGS_OF_A_MILLION = 16;

/** The transactions that the page hands to the chain. */
async function recordSent(page: Page): Promise<readonly Uint8Array[]> {
  const sent: Uint8Array[] = [];
  await answerRpc(page, system.rpcUrl, {
    sendTransaction: ([wire], forward) => {
      sent.push(Uint8Array.from(Buffer.from(String(wire), 'base64')));
      return forward();
    },
  });
  return sent;
}

/** The lookup tables that a transaction uses. */
function tablesOf(wire: Uint8Array): readonly string[] {
  const { messageBytes } = getTransactionDecoder().decode(wire);
  const message = getCompiledTransactionMessageDecoder().decode(messageBytes);
  const lookups = 'addressTableLookups' in message ? (message.addressTableLookups ?? []) : [];
  return lookups.map((lookup) => lookup.lookupTableAddress);
}

const figure = (page: Page, name: string) => page.locator(`[data-figure="${name}"]`).first();
const shown = (amount: bigint, { now }: Contributor): string => readableText(amount, now.account.decimals);

async function connect(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Phantom/ }).click();
  await page.getByRole('heading', { name: 'What your work has earned' }).waitFor();
}

async function openAs(contributor: Contributor, options: { refuses?: boolean; query?: string } = {}) {
  const watched = await openPage(browser);
  const { secret, address } = contributor;
  await injectWallet(watched.page, { name: 'Phantom', secret, address, refuses: options.refuses ?? false });
  await watched.page.goto(`${system.api}/${options.query ?? ''}`);
  return watched;
}

describe('a contributor', () => {
  it('connects, sees the amount, opens why, claims, sees the tokens arrive, and is told there is nothing more', async () => {
    const contributor = contributorAt(system, 0);
    const { page, troubles, close } = await openAs(contributor);
    const sent = await recordSent(page);
    const before = await system.tokensOf(contributor);
    const { due } = contributor.now;
    await connect(page);
    await expect
      .poll(() => figure(page, 'due').innerText(), { timeout: 20_000 })
      .toBe(shown(due, contributor));
    await expect.poll(() => figure(page, 'balance').innerText()).toBe(shown(before, contributor));

    // Why: the first source opens into paid uses.
    const source = page.locator('.source').first();
    await source.click();
    expect(await source.getAttribute('aria-expanded')).toBe('true');
    await page.locator('.event').first().waitFor();
    expect(await page.locator('.source-body table tbody tr').count()).toBeGreaterThan(0);

    // The proof was rebuilt here.
    await page.getByText('Proof rebuilt in this page').click();
    await page
      .getByText(/Your leaf \(\w+\) is number/)
      .first()
      .waitFor();

    // Costs stand there before anything is signed; nothing has been paid.
    await page.getByText('Network fee').waitFor();
    expect(await system.tokensOf(contributor)).toBe(before);
    await page.getByRole('button', { name: `Claim ${shown(due, contributor)}` }).click();
    await page.getByText(`Paid: ${shown(due, contributor)} arrived.`).waitFor({ timeout: 30_000 });
    expect(await system.tokensOf(contributor)).toBe(before + due);
    await expect
      .poll(() => figure(page, 'balance').innerText(), { timeout: 20_000 })
      .toBe(shown(before + due, contributor));

    // It named what claims share by the network's table: under 2^20 leaves it would still fit.
    const { lookup_tables: tables } = await createApi(system.api).network();
    expect(tablesOf(sent[0]!)).toEqual(tables);
    const siblings = Math.max(
      ...contributor.now.classes.map(({ leaf }) => (leaf ? leaf.proof.length / SIBLING_BYTES : 0)),
    );
    const more = (SIBLINGS_OF_A_MILLION - siblings) * SIBLING_BYTES;
    expect(sent[0]!.length + more).toBeLessThanOrEqual(CLAIM_BYTES_MAX);

    // Again: nothing, and no button.
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('There is nothing to claim right now.').waitFor();
    expect(await page.getByRole('button', { name: /^Claim/ }).count()).toBe(0);
    await expect.poll(() => figure(page, 'due').innerText()).toBe(shown(0n, contributor));
    await page.reload();
    await page.getByText('There is nothing to claim right now.').waitFor({ timeout: 20_000 });
    expect(troubles).toEqual([]);
    await close();
  });

  it('claims from the chain and the leaf file alone when the API is away', async () => {
    const contributor = contributorAt(system, 1);
    const mirror = await startMirror(system.store);
    const query = `?rpc=${encodeURIComponent(system.rpcUrl)}&files=${encodeURIComponent(mirror.template)}`;
    const watched = await openPage(browser);
    const { page, troubles } = watched;
    const { secret, address, now } = contributor;
    await injectWallet(page, { name: 'Phantom', secret, address });
    await page.route('**/v1/**', (route) => route.abort());
    await page.goto(`${system.api}/${query}`);
    await page.getByText('The API is away.').waitFor();
    const before = await system.tokensOf(contributor);
    await connect(page);
    await page.getByText('The receipts need the API, which is away.').waitFor();
    await page
      .getByRole('button', { name: `Claim ${shown(now.due, contributor)}` })
      .click({ timeout: 20_000 });
    await page.getByText(`Paid: ${shown(now.due, contributor)} arrived.`).waitFor({ timeout: 30_000 });
    expect(await system.tokensOf(contributor)).toBe(before + now.due);
    expect(mirror.served.length).toBeGreaterThan(0);
    expect(troubles).toEqual([]);
    await watched.close();
    await mirror.stop();
  });

  it('who refuses in the wallet has paid nothing and is told so', async () => {
    const contributor = contributorAt(system, -1);
    const { page, close } = await openAs(contributor, { refuses: true });
    const before = await system.tokensOf(contributor);
    await connect(page);
    await page.getByRole('button', { name: /^Claim/ }).click({ timeout: 20_000 });
    await page.getByText('The wallet did not sign.').waitFor();
    expect(await page.getByText(/arrived\.$/).count()).toBe(0);
    expect(await system.tokensOf(contributor)).toBe(before);
    await close();
  });

  it('stays connected over a reload and can leave', async () => {
    const { page, close } = await openAs(contributorAt(system, -1));
    await connect(page);
    await page.reload();
    await page.getByRole('heading', { name: 'What your work has earned' }).waitFor();
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await page.getByRole('heading', { name: 'Connect a wallet' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Connect a wallet' }).waitFor();
    await close();
  });

  it('gets along with the keyboard alone', async () => {
    const { page, close } = await openAs(contributorAt(system, -1));
    await page.getByRole('button', { name: /^Phantom/ }).waitFor();
    await tabTo(page, (element) => element.matches('button.wallet'));
    await page.keyboard.press('Enter');
    await page.locator('.source').first().waitFor({ timeout: 20_000 });
    await tabTo(page, (element) => element.matches('.source'));
    await page.keyboard.press('Enter');
    await page.locator('.source[aria-expanded="true"]').waitFor();
    await tabTo(page, (element) => element.matches('button.primary'));
    // Everything that can be pressed or filled has a name.
    const unnamed = await page.locator('button, a, input, textarea, summary').evaluateAll((all) =>
      all
        .filter((each) => each.checkVisibility())
        .filter((each) => {
          const labelled = each instanceof HTMLInputElement || each instanceof HTMLTextAreaElement;
          return labelled ? each.labels?.length === 0 : each.textContent.trim() === '';
        })
        .map((each) => each.outerHTML),
    );
    expect(unnamed).toEqual([]);
    await close();
  });
});

describe('a visitor', () => {
  it('without a wallet is shown the way to one, and can look at an address', async () => {
    const { page, troubles, close } = await openPage(browser);
    await page.goto(system.api);
    await page.getByRole('link', { name: /Phantom/ }).waitFor();
    const field = page.getByLabel('Address of a contributor');
    await field.fill('not an address');
    await page.getByRole('button', { name: 'Look' }).click();
    await page.getByText('That is not a Solana address').waitFor();
    const contributor = contributorAt(system, -1);
    await field.fill(contributor.address);
    await page.getByRole('button', { name: 'Look' }).click();
    await page.getByText('read-only view').waitFor();
    await expect
      .poll(() => figure(page, 'due').innerText(), { timeout: 20_000 })
      .toBe(shown(contributor.now.due, contributor));
    expect(await page.getByRole('button', { name: /^Claim/ }).count()).toBe(0);
    expect(new URL(page.url()).searchParams.get('claimant')).toBe(contributor.address);
    expect(troubles).toEqual([]);
    await close();
  });

  it('whose address has no leaf is told that it is not entitled, not that something failed', async () => {
    const { page, troubles, close } = await openPage(browser);
    await page.goto(`${system.api}/?claimant=${STRANGER}`);
    await page.getByText('This address has no entitlement here.').waitFor({ timeout: 20_000 });
    await page.getByText('Nothing has happened yet.').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(troubles).toEqual([]);
    await close();
  });

  it('sees an error with a next step when the chain is away, and never an amount', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(`${system.api}/?rpc=http://127.0.0.1:9&claimant=${contributorAt(system, -1).address}`);
    await page.getByText('The chain cannot be reached.').waitFor({ timeout: 30_000 });
    expect(await page.locator('[data-figure]').count()).toBe(0);
    await page.getByLabel('Solana RPC').waitFor();
    await close();
  });

  it('can bring the published files along when nobody serves them', async () => {
    const contributor = contributorAt(system, -1);
    const { page, close } = await openPage(browser);
    await page.route('**/v1/**', (route) => route.abort());
    await page.goto(
      `${system.api}/?rpc=${encodeURIComponent(system.rpcUrl)}&claimant=${contributor.address}`,
    );
    await page.getByText('This vault could not be read.').waitFor({ timeout: 30_000 });
    const manifest = toHex(contributor.now.root!.manifest);
    const { leaf_file: leafFile } = readManifest(await system.files.read(manifest));
    await page.getByText('Connection: chain, API, files').click();
    const paths = [manifest, leafFile].map((hash) => join(system.store, hash.slice(0, 2), hash));
    await page.getByLabel('Manifest or leaf file from this device').setInputFiles(paths);
    await expect
      .poll(() => figure(page, 'due').innerText(), { timeout: 30_000 })
      .toBe(shown(contributor.now.due, contributor));
    await close();
  });
});

/** Presses Tab until an element that matches has the focus. */
async function tabTo(page: Page, matches: (element: Element) => boolean): Promise<void> {
  const test = `(${matches.toString()})(document.activeElement)`;
  for (let presses = 0; presses < 80; presses += 1) {
    if (await page.evaluate<boolean>(test)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('80 presses of Tab did not reach it');
}
