/** Hashes by which a payer or auditor recognises paid uses; the events' own bytes are the gateway's. */
import { getAddressEncoder, type Address } from '@solana/kit';
import { u32, u64 } from '../bytes.js';
import { Tag, tagged, type Digest } from './hash.js';

/** `H(0x03 ‖ version ‖ bytes)` of an encoded usage event. */
export function usageEventHash(encoded: Uint8Array): Digest {
  return tagged(Tag.event, encoded);
}

/** `H(0x0a ‖ version ‖ gateway ‖ payer ‖ key)`: the identity of a paid request. */
export function requestId(gateway: Address, payer: Address, idempotencyKey: string): Digest {
  const { encode } = getAddressEncoder();
  return tagged(Tag.request, encode(gateway), encode(payer), new TextEncoder().encode(idempotencyKey));
}

/** `H(0x09 ‖ version ‖ salt ‖ bytes)`: a commitment to a sidecar that may be deleted. */
export function sidecarCommitment(salt: Uint8Array, sidecar: Uint8Array): Digest {
  return tagged(Tag.sidecar, salt, sidecar);
}

/** A group of events as one gateway committed it. */
export interface EventGroup {
  readonly gateway: Address;
  readonly generation: number;
  readonly first: bigint;
  /** The head before; zeros at the start of a generation. */
  readonly previous: Digest;
  /** Encoded, in order. */
  readonly events: readonly Uint8Array[];
}

/** `H(0x04 ‖ version ‖ gateway ‖ generation u32 ‖ first u64 ‖ count u32 ‖ previous ‖ event hash …)`. */
export function groupHead(group: EventGroup): Digest {
  return tagged(
    Tag.group,
    getAddressEncoder().encode(group.gateway),
    u32(group.generation),
    u64(group.first),
    u32(group.events.length),
    group.previous,
    group.events.flatMap((event) => [...usageEventHash(event)]),
  );
}
