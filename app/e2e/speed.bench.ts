/**
 * How soon the page can be used on a phone of some years ago: the CPU four times as
 * slow, nothing cached. Prints name=value lines; nothing is asserted, because a busy
 * machine is slower. "Interactive" is when what can be pressed is there and no task
 * has held the page up for 50 ms since; "figure" is when the amount stands there,
 * rebuilt from the chain and the leaf file. The baseline is an empty page of the same server.
 */
import { it } from 'vitest';
import type { Browser } from 'playwright-core';
import { onScene, openPage } from './browser.js';
import { contributorAt, type System } from './system.js';

const SLOWER = 4;
const ROUNDS = 5;

let browser: Browser;
let system: System;

onScene((scene) => {
  ({ system, browser } = scene);
});

interface Load {
  readonly painted: number;
  readonly interactive: number;
  readonly blocked: number;
  readonly script: number;
}

/** Loads a page in a new context until a selector is there. */
async function load(url: string, ready: string): Promise<Load> {
  const { page, close } = await openPage(browser, { viewport: { width: 390, height: 844 } });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  await page.addInitScript(watchLongTasks);
  const scripts: Promise<number>[] = [];
  page.on('response', (answer) => {
    if (answer.request().resourceType() !== 'script') return;
    scripts.push(
      answer
        .request()
        .sizes()
        .then(({ responseBodySize }) => responseBodySize),
    );
  });
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator(ready).first().waitFor({ timeout: 60_000 });
  const there = await page.evaluate(() => performance.now());
  await page.waitForTimeout(500);
  const { painted, tasks } = await page.evaluate(() => {
    const [paint] = performance.getEntriesByName('first-contentful-paint');
    return {
      painted: paint?.startTime ?? 0,
      tasks: (window as unknown as { longTasks: { start: number; length: number }[] }).longTasks,
    };
  });
  const before = tasks.filter(({ start }) => start <= there);
  await close();
  return {
    painted,
    interactive: Math.max(there, ...before.map(({ start, length }) => start + length)),
    blocked: before.reduce((sum, { length }) => sum + Math.max(0, length - 50), 0),
    script: (await Promise.all(scripts)).reduce((sum, each) => sum + each, 0),
  };
}

/** Runs in the browser, before the page. */
function watchLongTasks(): void {
  const longTasks: { start: number; length: number }[] = [];
  Object.assign(window, { longTasks });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      longTasks.push({ start: startTime, length: duration });
    }
  }).observe({ type: 'longtask', buffered: true });
}

const middle = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

it('how soon it can be used', { timeout: 300_000 }, async () => {
  const { address } = contributorAt(system, -1);
  const faces = [
    ['baseline', `${system.api}/health`, 'body'],
    ['opening', `${system.api}/`, '.wallets .wallet'],
    ['statement', `${system.api}/?claimant=${address}`, '[data-figure="due"]'],
    ['explore', `${system.api}/?view=explore`, '.ledger a'],
  ] as const;
  const lines = [`page_cpu_slowdown=${SLOWER}`, `page_rounds=${ROUNDS}`];
  for (const [name, url, ready] of faces) {
    const loads: Load[] = [];
    for (let round = 0; round < ROUNDS; round += 1) loads.push(await load(url, ready));
    const of = (field: keyof Load): number => Math.round(middle(loads.map((each) => each[field])));
    lines.push(`page_${name}_interactive_ms=${of('interactive')}`);
    if (name === 'baseline') continue;
    lines.push(
      `page_${name}_first_paint_ms=${of('painted')}`,
      `page_${name}_blocked_ms=${of('blocked')}`,
      `page_${name}_script_bytes=${of('script')}`,
    );
  }
  console.log(lines.join('\n'));
});
