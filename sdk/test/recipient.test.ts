/** The account that holds a claimant's choice of who receives, byte for byte. */
import { getAddressDecoder, getAddressEncoder, address } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { outflowAt, readRecipient, type VaultAccount } from '../src/chain/accounts.js';
import { recipientAddress, REWARDS } from '../src/chain/addresses.js';
import { sha256 } from '../src/formats/hash.js';

const claimant = address('9gEB7cBeasraZZ9y6k9QYqEGvX3CxDprcF4RMDoC2T3d');
const bytesOf = (key: Parameters<ReturnType<typeof getAddressEncoder>['encode']>[0]) =>
  Uint8Array.from(getAddressEncoder().encode(key));
const text = (value: string) => new TextEncoder().encode(value);

function account(recipient: Uint8Array, version = 1): Uint8Array {
  const data = new Uint8Array(80);
  data.set(sha256(text('account:Recipient')).slice(0, 8));
  data[8] = version;
  data.set(bytesOf(claimant), 16);
  data.set(recipient, 48);
  return data;
}

describe('a choice of who receives', () => {
  it('lies at the hash of claimant, seed and program', async () => {
    const seed = text('tributary:recipient');
    const hashed = sha256(Uint8Array.from([...bytesOf(claimant), ...seed, ...bytesOf(REWARDS)]));
    expect(await recipientAddress(claimant)).toBe(getAddressDecoder().decode(hashed));
  });

  it('names whom was chosen, and nobody when zeros stand there', () => {
    expect(readRecipient(account(bytesOf(REWARDS)))).toBe(REWARDS);
    expect(readRecipient(account(new Uint8Array(32)))).toBeUndefined();
  });

  it('is none in an account that was allocated without choosing', () => {
    for (const length of [0, 7, 80]) expect(readRecipient(new Uint8Array(length))).toBeUndefined();
  });

  it('is not guessed from a layout that is not known', () => {
    expect(() => readRecipient(account(bytesOf(REWARDS), 2))).toThrow('version 2');
  });
});

describe('what a vault lets out', () => {
  const vault = (outflowBurst: bigint) =>
    ({ outflowPerSlot: 10n, outflowBurst, outflow: 5n, outflowSlot: 100n }) as VaultAccount;

  it('grows with slots up to the burst', () => {
    const slots = [99n, 100n, 103n, 1_000n];
    expect(slots.map((slot) => outflowAt(vault(300n), slot))).toEqual([5n, 5n, 35n, 300n]);
  });

  it('has no limit when the vault names none', () => {
    expect(outflowAt(vault(2n ** 64n - 1n), 0n)).toBe(2n ** 64n - 1n);
  });
});
