/**
 * What people complain about on other claim pages, each as a journey: here the page
 * says what happened, what to do, and never that something was paid when it was not.
 *
 * Elsewhere: the amount, the proof, a claim in one transaction and "nothing left" are in
 * journeys.e2e.ts, as are a refusal in the wallet, an address that is not entitled, and
 * the chain, the API or the files being away; charts in explorer.e2e.ts. That an older
 * proof still pays under a newer root is shown by the SDK on a chain of its own.
 */
import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { getAddressDecoder } from '@solana/kit';
import { REWARDS } from '@tributary/sdk';
import { describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { PROGRAM_ERRORS } from '../../sdk/src/generated/errors.js';
import { readableText } from '../src/ui/amount.js';
import { onScene, openPage } from './browser.js';
import { answerRpc, inContext, SILENCE, type Answer } from './rpc.js';
import { contributorAt, type Contributor, type System } from './system.js';
import { injectWallet } from './test-wallet.js';

const MAINNET = '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d';

let system: System;
let browser: Browser;

onScene((scene) => {
  ({ system, browser } = scene);
});

/** Opens a contributor's page with the chain misbehaving, connects, and waits for the button. */
async function openWith(answers: Readonly<Record<string, Answer>>, contributor = contributorAt(system, -1)) {
  const watched = await openPage(browser);
  const { secret, address } = contributor;
  await answerRpc(watched.page, system.rpcUrl, answers);
  await injectWallet(watched.page, { name: 'Phantom', secret, address });
  await watched.page.goto(system.api);
  await watched.page.getByRole('button', { name: /^Phantom/ }).click();
  return { ...watched, contributor, before: await system.tokensOf(contributor) };
}

const claimButton = (page: Page) => page.getByRole('button', { name: /^Claim \d/ });
const shown = (amount: bigint, { now }: Contributor): string => readableText(amount, now.account.decimals);

async function nothingWasPaid(page: Page, contributor: Contributor, before: bigint): Promise<void> {
  expect(await page.getByText(/^Paid:/).count()).toBe(0);
  expect(await system.tokensOf(contributor)).toBe(before);
}

/** A wallet that has never had any SOL. */
function emptyWallet() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const [seed, key] = [privateKey, publicKey].map((each, place) => {
    const der =
      place === 0
        ? each.export({ type: 'pkcs8', format: 'der' })
        : each.export({ type: 'spki', format: 'der' });
    return Uint8Array.from(der.subarray(-32));
  });
  const address = getAddressDecoder().decode(key!);
  return { name: 'Phantom', secret: [...seed!, ...key!], address };
}

describe('a contributor is told the truth', () => {
  it('when the chain has nothing to say for a while: not paid before it is confirmed, paid after', async () => {
    // Somebody else pays the fee; the tokens go to the contributor all the same.
    const claimant = contributorAt(system, 2);
    const payer = contributorAt(system, -1);
    // The chain speaks when this test lets it, not after a time: a slow machine changes nothing.
    let isSilent = true;
    let asked = 0;
    const sent: unknown[] = [];
    const { page, troubles, close } = await openPage(browser);
    await answerRpc(page, system.rpcUrl, {
      sendTransaction: ([wire], forward) => {
        sent.push(wire);
        return forward();
      },
      // It knows nothing of the transaction, or does not answer at all, in turns.
      getSignatureStatuses: (_, forward) => {
        asked += 1;
        if (!isSilent) return forward();
        return asked % 2 === 0 ? SILENCE : inContext([null]);
      },
      // Nor do blocks pass: here they are so short that a claim would soon look expired.
      getBlockHeight: (_, forward) => (isSilent ? 1 : forward()),
    });
    await injectWallet(page, { name: 'Phantom', secret: payer.secret, address: payer.address });
    await page.goto(`${system.api}/?claimant=${claimant.address}`);
    await page.getByRole('button', { name: /^Phantom/ }).click();
    const [before, payersBefore] = [await system.tokensOf(claimant), await system.tokensOf(payer)];
    await claimButton(page).click({ timeout: 20_000 });
    const waits = page.getByText('Sent. Waiting for the chain to confirm…');
    await waits.waitFor({ timeout: 30_000 });
    // The money has moved, and the page sends the same transaction again, but nobody has confirmed it.
    await expect.poll(() => system.tokensOf(claimant), { timeout: 20_000 }).toBe(before + claimant.now.due);
    await expect.poll(() => sent.length, { timeout: 20_000 }).toBeGreaterThan(1);
    expect(new Set(sent).size).toBe(1);
    await expect.poll(() => asked, { timeout: 20_000 }).toBeGreaterThan(3);
    expect(await waits.isVisible()).toBe(true);
    expect(await page.getByText(/^Paid:/).count()).toBe(0);
    isSilent = false;
    await page.getByText(`Paid: ${shown(claimant.now.due, claimant)} arrived.`).waitFor({ timeout: 30_000 });
    expect(await system.tokensOf(claimant)).toBe(before + claimant.now.due);
    expect(await system.tokensOf(payer)).toBe(payersBefore);
    expect(troubles).toEqual([]);
    await close();
  });

  it('when the transaction fails on the chain', async () => {
    const { page, contributor, before, close } = await openWith({
      sendTransaction: () => '1'.repeat(64),
      getSignatureStatuses: () =>
        inContext([
          {
            slot: 1,
            confirmations: null,
            err: 'InsufficientFundsForFee',
            status: { Err: 'InsufficientFundsForFee' },
            confirmationStatus: 'confirmed',
          },
        ]),
    });
    await claimButton(page).click({ timeout: 20_000 });
    await page.getByText('There is not enough SOL to pay the fee.').waitFor({ timeout: 20_000 });
    await nothingWasPaid(page, contributor, before);
    await close();
  });

  it('when the transaction did not land in time, and can try again at once', async () => {
    const { page, contributor, before, close } = await openWith({
      sendTransaction: () => '1'.repeat(64),
      getSignatureStatuses: () => inContext([null]),
      getBlockHeight: () => 2 ** 40,
    });
    await claimButton(page).click({ timeout: 20_000 });
    await page.getByText('The transaction did not land in time').waitFor({ timeout: 20_000 });
    await page.getByText('Nothing was changed. Try again.').waitFor();
    await expect.poll(() => claimButton(page).isEnabled()).toBe(true);
    await nothingWasPaid(page, contributor, before);
    await close();
  });

  it('when the program would refuse, before anything is signed, as a sentence with a next step', async () => {
    const sentence = PROGRAM_ERRORS.rewards[6009]!.split(': ');
    const { page, contributor, before, close } = await openWith({
      simulateTransaction: async (_, forward) => {
        const said = (await forward()) as { value: { logs: string[]; err: unknown } };
        const calls = said.value.logs.filter((line) => line.endsWith('invoke [1]'));
        const place = calls.findIndex((line) => line.includes(REWARDS));
        said.value.err = { InstructionError: [place, { Custom: 6009 }] };
        return said;
      },
    });
    await page.getByText('The claim was tried out and would fail.').waitFor({ timeout: 20_000 });
    await page.getByText(`${sentence[0]}.`).waitFor();
    expect((await page.locator('.next-step').innerText()).toLowerCase()).toContain(sentence[1]);
    expect(await claimButton(page).isEnabled()).toBe(false);
    await nothingWasPaid(page, contributor, before);
    await close();
  });

  it('when the wallet is for another network', async () => {
    const contributor = contributorAt(system, -1);
    const { page, close } = await openPage(browser);
    await answerRpc(page, system.rpcUrl, { getGenesisHash: () => MAINNET });
    const { secret, address } = contributor;
    await injectWallet(page, { name: 'Phantom', secret, address, chains: ['solana:devnet'] });
    await page.goto(system.api);
    await page.getByRole('button', { name: /^Phantom/ }).click();
    await page
      .getByText('This wallet is not set up for Solana mainnet.')
      .first()
      .waitFor({ timeout: 20_000 });
    await page.getByText('Change the network in the wallet').waitFor();
    // The API names another chain than the node is of: that is said too.
    await page.getByText('The API and the chain do not belong together.').waitFor();
    expect(await claimButton(page).count()).toBe(0);
    await close();
  });

  it('when the paying account has no SOL, with how much is missing', async () => {
    const contributor = contributorAt(system, -1);
    const { page, close } = await openPage(browser);
    await injectWallet(page, emptyWallet());
    await page.goto(`${system.api}/?claimant=${contributor.address}`);
    await page.getByRole('button', { name: /^Phantom/ }).click();
    await page.getByText('There is not enough SOL for fee and rent.').waitFor({ timeout: 20_000 });
    await page.getByText(/^Send at least 0\.\d+ SOL to/).waitFor();
    expect(await claimButton(page).isEnabled()).toBe(false);
    await close();
  });

  it('while it loads: neither an amount, nor "nothing", nor "not entitled"', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { page, close } = await openPage(browser);
    await answerRpc(page, system.rpcUrl, {
      getMultipleAccounts: async (_, forward) => {
        await held;
        return forward();
      },
    });
    const { address, now } = contributorAt(system, -1);
    await page.goto(`${system.api}/?claimant=${address}`);
    await page.getByText('Loading what the chain says about this vault').waitFor({ state: 'attached' });
    expect(await page.locator('[data-figure]').count()).toBe(0);
    expect(await page.getByText(/nothing to claim|no entitlement/i).count()).toBe(0);
    release();
    await expect
      .poll(() => page.locator('[data-figure="due"]').innerText(), { timeout: 20_000 })
      .toBe(readableText(now.due, now.account.decimals));
    await close();
  });

  it('about time: how old the last root is, and what the next one waits for', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(`${system.api}/?claimant=${contributorAt(system, -1).address}`);
    const clock = page.locator('.clock');
    await clock.getByText(/^epoch \d+, (just now|\d+ (s|min|h|d) ago)$/).waitFor({ timeout: 20_000 });
    await clock.getByText('Next root').waitFor();
    await close();
  });

  it('and takes the history along as a table of its own', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(`${system.api}/?claimant=${contributorAt(system, -1).address}`);
    const rows = page.getByRole('region', { name: 'History' }).locator('tbody tr');
    await rows.first().waitFor({ timeout: 20_000 });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as CSV' }).click(),
    ]);
    const text = await readFile(await download.path(), 'utf8');
    expect(text.trim().split('\n').length).toBe((await rows.count()) + 1);
    await close();
  });
});
