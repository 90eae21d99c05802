/**
 * What every face of the page has to keep to, whatever it shows: it fits, axe finds
 * nothing serious, nothing moves while it loads, the first load stays small. Each is
 * kept as a picture at three widths, light and dark, for people to look at.
 */
import { describe, expect, it } from 'vitest';
import { getAddressDecoder } from '@solana/kit';
import { createApi, toHex } from '@tributary/sdk';
import type { Browser, Page } from 'playwright-core';
import { onScene, openPage } from './browser.js';
import { lookAt, THEMES, WIDTHS } from './look.js';
import { contributorAt, type System } from './system.js';

const SCRIPT_BYTES_MAX = 200_000;
/** What may move in all, as browsers count it; 0.1 is what they call good. */
const SHIFT_MAX = 0.02;
const READY_MS = 20_000;

/** An address that was never anybody's. */
const STRANGER = getAddressDecoder().decode(new Uint8Array(32).fill(7));

interface Face {
  readonly query: string;
  /** Shows what is looked at, where the link alone does not. */
  readonly open?: (page: Page) => Promise<void>;
  /** Is there when everything is. */
  readonly ready: string;
}

let browser: Browser;
let system: System;
let faces: Readonly<Record<string, Face>>;

onScene(async (scene) => {
  ({ system, browser } = scene);
  faces = await facesOf(system);
});

async function facesOf({ api: url, vault, everybody }: System): Promise<Readonly<Record<string, Face>>> {
  const api = createApi(url);
  const models = await api.get('/v1/assets', { kind: 'model', limit: 1 });
  const datasets = await api.get('/v1/assets', { kind: 'dataset', limit: 1 });
  const payers = await api.get('/v1/vaults/{vault}/roots', { vault, limit: 100 });
  const struckDown = payers.data.find(({ status }) => status === 'vetoed');
  // Whose texts stand in the most answers: their page has the most to show.
  const counted = await Promise.all(
    everybody.map(async ({ address, now }) => {
      const epoch = Number(now.root?.epoch ?? 1n);
      const { data } = await api.receipts(address, { vault, epoch, limit: 100 });
      const verbatim = data.filter((receipt) => receipt.policy === 'verbatim');
      return { address, texts: new Set(verbatim.map((receipt) => receipt.asset.asset)).size };
    }),
  );
  const [author] = counted.sort((a, b) => b.texts - a.texts);
  if (!author) throw new Error('the newest root grants nobody anything');
  const root = toHex(contributorAt(system, -1).now.root!.id);
  return {
    opening: { query: '', ready: '.wallets' },
    statement: {
      query: `?claimant=${author.address}`,
      ready: '.bars rect',
      open: async (page) => {
        await page.locator('.source').first().click({ timeout: READY_MS });
        await page.locator('.event').first().waitFor();
      },
    },
    nobody: {
      query: `?claimant=${STRANGER}`,
      ready: '#history ~ *, section[aria-labelledby="history"] .notice',
    },
    explore: { query: '?view=explore', ready: '.ledger a' },
    search: {
      query: '?view=explore',
      ready: '.ledger a',
      open: async (page) => {
        await page.getByRole('searchbox').fill('a');
        await page.locator('.matches').waitFor();
      },
    },
    unnamed: {
      query: '?view=explore',
      ready: '.ledger a',
      open: async (page) => {
        await page.getByRole('searchbox').fill(STRANGER);
        await page.getByText('Nothing here has this address').waitFor();
      },
    },
    collection: { query: `?collection=${STRANGER}`, ready: '.notice.warn' },
    unregistered: { query: `?asset=${STRANGER}`, ready: '.notice.warn' },
    model: { query: `?asset=${models.data[0]!.asset}`, ready: '.facts' },
    dataset: { query: `?asset=${datasets.data[0]!.asset}`, ready: '.facts' },
    root: { query: `?root=${root}`, ready: '.notice.good' },
    vetoed: { query: `?root=${struckDown?.root_id ?? root}`, ready: '.ledger' },
    missing: { query: `?root=${'00'.repeat(32)}`, ready: '.notice.warn' },
    offer: { query: '?view=offer', ready: '.wallets' },
    payer: { query: '?view=pay', ready: '.wallets' },
    operate: { query: '?view=operate', ready: '.runbook' },
    away: { query: '?rpc=http://127.0.0.1:9', ready: '.notice.bad' },
  };
}

async function open(page: Page, { query, ready }: Face): Promise<void> {
  await page.goto(`${system.api}/${query}`);
  await page.locator(ready).first().waitFor({ timeout: READY_MS });
}

describe.each(THEMES)('in %s every face', (colorScheme) => {
  it.each(WIDTHS)('fits %i pixels, and axe finds nothing serious', async (width) => {
    const { page, close } = await openPage(browser, { viewport: { width, height: 900 }, colorScheme });
    for (const [name, face] of Object.entries(faces)) {
      await open(page, face);
      await face.open?.(page);
      await lookAt(page, name, width, colorScheme);
    }
    await close();
  });
});

it('loads at most 200 kB of compressed script, and moves nothing about', async () => {
  const restless: { name: string; shifts: Shift[] }[] = [];
  for (const width of [360, 1280]) {
    for (const [name, face] of Object.entries(faces)) {
      const { page, close } = await openPage(browser, { viewport: { width, height: 900 } });
      await page.addInitScript(watchShifts);
      const scripts: Promise<number>[] = [];
      page.on('response', (answer) => {
        if (answer.request().resourceType() !== 'script') return;
        const sizes = answer.request().sizes();
        scripts.push(sizes.then(({ responseBodySize }) => responseBodySize));
      });
      await open(page, face);
      await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => undefined);
      const bytes = (await Promise.all(scripts)).reduce((sum, each) => sum + each, 0);
      expect(bytes, name).toBeLessThanOrEqual(SCRIPT_BYTES_MAX);
      expect(bytes, `${name} is compressed`).toBeGreaterThan(50_000);
      const shifts = await page.evaluate(() => (window as unknown as { shifts: Shift[] }).shifts);
      if (shifts.reduce((sum, each) => sum + each.by, 0) > SHIFT_MAX) {
        restless.push({ name: `${name} at ${width}`, shifts });
      }
      await close();
    }
  }
  expect(restless).toEqual([]);
});

/** How much of the window moved at once, and what. */
interface Shift {
  readonly by: number;
  readonly what: string[];
}

/** A browser's own account of it. */
interface Moved {
  readonly value: number;
  readonly sources: readonly { readonly node: Element | null }[];
}

/** Runs in the browser, before the page. */
function watchShifts(): void {
  const shifts: Shift[] = [];
  Object.assign(window, { shifts });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & Moved)[])
      shifts.push({
        by: entry.value,
        what: entry.sources.map(({ node }) => node?.className ?? 'gone'),
      });
  }).observe({ type: 'layout-shift', buffered: true });
}
