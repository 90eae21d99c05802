/** Mandates: a payer's signed permission for a gateway to spend. */
import { getAddressEncoder, type Address } from '@solana/kit';
import { u64 } from '../bytes.js';
import { Tag, tagged, type Digest } from './hash.js';

/** How much a gateway may spend for a payer, until when. */
export interface Mandate {
  readonly genesis: Address;
  /** The rewards program. */
  readonly program: Address;
  readonly vault: Address;
  readonly payer: Address;
  readonly gateway: Address;
  /** The most it may spend under this mandate, in base units. */
  readonly maximum: bigint;
  /** The last slot at which an event may cite it. */
  readonly expires: bigint;
  /** Told apart from the payer's other mandates by this. */
  readonly nonce: bigint;
}

/** What the payer's wallet shows and signs, as UTF-8; a function of the fields. */
export function mandateText(mandate: Mandate): string {
  return [
    'Tributary mandate v1',
    'I let this gateway spend from my deposit.',
    `Gateway: ${mandate.gateway}`,
    `Maximum (base units): ${mandate.maximum}`,
    `Expires at slot: ${mandate.expires}`,
    `Vault: ${mandate.vault}`,
    `Payer: ${mandate.payer}`,
    `Program: ${mandate.program}`,
    `Genesis: ${mandate.genesis}`,
    `Nonce: ${mandate.nonce}`,
  ].join('\n');
}

/** `H(0x05 ‖ version ‖ genesis ‖ program ‖ vault ‖ payer ‖ gateway ‖ maximum u64 ‖ expiry u64 ‖ nonce u64)`. */
export function mandateId(mandate: Mandate): Digest {
  const { encode } = getAddressEncoder();
  return tagged(
    Tag.mandate,
    encode(mandate.genesis),
    encode(mandate.program),
    encode(mandate.vault),
    encode(mandate.payer),
    encode(mandate.gateway),
    u64(mandate.maximum),
    u64(mandate.expires),
    u64(mandate.nonce),
  );
}
