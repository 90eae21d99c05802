/** What is looked at is kept as a picture, fits its window, and axe finds nothing serious in it. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import { SCREENSHOTS } from './system.js';

export const WIDTHS = [360, 768, 1280] as const;
export const THEMES = ['light', 'dark'] as const;

/** Keeps the picture of a page as it is now, and checks it. */
export async function lookAt(
  page: Page,
  name: string,
  width: (typeof WIDTHS)[number],
  theme: (typeof THEMES)[number],
): Promise<void> {
  await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => undefined);
  await page.screenshot({ path: join(SCREENSHOTS, `${name}-${width}-${theme}.png`), fullPage: true });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `${name} is wider than the window`).toBeLessThanOrEqual(0);
  // Contrast differs by theme, what is there by width: the narrowest and the widest have it all.
  if (width !== 768) expect(await serious(page), name).toEqual([]);
}

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
let axe: string | undefined;

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: { html: string }[];
}

/** What axe finds serious or worse. */
async function serious(page: Page): Promise<string[]> {
  axe ??= await readFile(axePath, 'utf8');
  await page.evaluate(axe);
  const found = await page.evaluate<{ violations: Finding[] }>(
    'axe.run(document, { resultTypes: ["violations"] })',
  );
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
}
