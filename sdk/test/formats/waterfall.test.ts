/** A root's statement is believed only when its sums and its signature hold. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { getAddressDecoder, getBase58Decoder } from '@solana/kit';
import { expect, it } from 'vitest';
import { sha256 } from '../../src/formats/hash.js';
import { readWaterfall } from '../../src/formats/waterfall.js';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const addressOf = (key: KeyObject) =>
  getAddressDecoder().decode(Uint8Array.from(key.export({ type: 'spki', format: 'der' }).subarray(-32)));

const WATERFALL = {
  version: 1,
  vault: addressOf(publicKey),
  mint: addressOf(publicKey),
  epoch: 7,
  attempt: 0,
  root: 'ab'.repeat(32),
  manifest: 'cd'.repeat(32),
  finalised_slot: 900,
  events: 12,
  void_events: 1,
  fee_bps: 500,
  lines: [
    { name: 'gross', label: 'Prices of all events', of: null, amount: '340282366920938463463' },
    { name: 'void', label: 'Void events', of: 'gross', amount: '1' },
    { name: 'charged', label: 'Charged', of: 'gross', amount: '340282366920938463462' },
  ],
};

function signed(waterfall: object, key = publicKey): Uint8Array {
  const digest = sha256(new TextEncoder().encode(`${JSON.stringify(waterfall)}\n`));
  const text = Buffer.concat([Buffer.from('tributary:waterfall:v1:'), digest]);
  const signature = getBase58Decoder().decode(sign(null, text, privateKey));
  return new TextEncoder().encode(`${JSON.stringify({ waterfall, key: addressOf(key), signature })}\n`);
}

it('reads every line, to the last sub-unit', async () => {
  const read = await readWaterfall(signed(WATERFALL));
  expect(read).toMatchObject({ epoch: 7, events: 12, voidEvents: 1, feeBps: 500, key: addressOf(publicKey) });
  expect(read.lines[0]).toEqual({
    name: 'gross',
    label: 'Prices of all events',
    of: undefined,
    amount: 340282366920938463463n,
  });
});

it('refuses a line that is not the sum of its parts, although it was signed', async () => {
  const [gross, ...parts] = WATERFALL.lines;
  const lines = [{ ...gross, amount: '5' }, ...parts];
  await expect(readWaterfall(signed({ ...WATERFALL, lines }))).rejects.toThrow('is not the sum of its parts');
});

it('refuses what another key signed, and what was changed afterwards', async () => {
  const other = generateKeyPairSync('ed25519').publicKey;
  await expect(readWaterfall(signed(WATERFALL, other))).rejects.toThrow('did not sign it');
  const text = new TextDecoder().decode(signed(WATERFALL)).replace('"epoch":7', '"epoch":8');
  await expect(readWaterfall(new TextEncoder().encode(text))).rejects.toThrow('did not sign it');
});

it('refuses versions it does not know, and what lacks a field', async () => {
  await expect(readWaterfall(signed({ ...WATERFALL, version: 2 }))).rejects.toThrow('version 2');
  await expect(readWaterfall(signed({ ...WATERFALL, root: null }))).rejects.toThrow('lacks a field');
  await expect(readWaterfall(Uint8Array.of(1))).rejects.toThrow('not JSON');
});
