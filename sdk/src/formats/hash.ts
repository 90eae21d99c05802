/** SHA-256 with tags, so that no structure can pass for another. */
import { sha256 as sha256Once } from '@noble/hashes/sha2.js';
import { concat, type Bytes } from '../bytes.js';

/** 32 bytes. */
export type Digest = Bytes;

/** First byte of what is hashed. */
export const Tag = {
  leaf: 0x00,
  node: 0x01,
  root: 0x02,
  event: 0x03,
  group: 0x04,
  mandate: 0x05,
  domain: 0x06,
  commit: 0x07,
  content: 0x08,
  sidecar: 0x09,
  request: 0x0a,
  slot: 0x0b,
} as const;

/** The byte that follows the tag. */
export const VERSION = 1;

/** SHA-256 of the parts, one after the other. */
export function sha256(...parts: readonly ArrayLike<number>[]): Digest {
  return Uint8Array.from(sha256Once(concat(...parts)));
}

/** The same behind a tag and the version. */
export function tagged(tag: number, ...parts: readonly ArrayLike<number>[]): Digest {
  return sha256([tag, VERSION], ...parts);
}
