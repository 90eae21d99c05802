/** Debian's Chromium, headless, with the switches that keep it to itself, and a system to look at. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { findSystem, SCREENSHOTS, type System } from './system.js';

const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** What a file of journeys has while its tests run. */
export interface Scene {
  readonly system: System;
  readonly browser: Browser;
}

/** Finds the system and opens a browser before a file's tests, and closes it after them. */
export function onScene(begin: (scene: Scene) => void | Promise<void>): void {
  let browser: Browser | undefined;
  beforeAll(async () => {
    const system = await findSystem();
    browser = await openBrowser();
    await mkdir(SCREENSHOTS, { recursive: true });
    await begin({ system, browser });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
  });
}

async function openBrowser(): Promise<Browser> {
  if (!existsSync(executable)) {
    throw new Error(
      `there is no browser at ${executable}: apt-get install chromium, or name one in CHROMIUM`,
    );
  }
  return chromium.launch({
    executablePath: executable,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page in a context of its own, and what went wrong in it. */
export interface Watched {
  readonly page: Page;
  /** Uncaught errors, and errors in the console that are not a refused request. */
  readonly troubles: string[];
  readonly close: () => Promise<void>;
}

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({ reducedMotion: 'reduce', locale: 'en-GB', ...options });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && !text.startsWith('Failed to load resource')) troubles.push(text);
  });
  const close = async (): Promise<void> => {
    // What the page still asks for through a test's route is nobody's any more.
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await context.close();
  };
  return { page, troubles, close };
}
