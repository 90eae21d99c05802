/**
 * Little-endian bytes and their spellings. Not a codec of anything: the formats
 * are in `formats/`.
 */
import { FormatError } from './errors.js';

/** Bytes backed by a plain buffer, as WebCrypto and `fetch` hand them out. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** One after the other. */
export function concat(...parts: readonly ArrayLike<number>[]): Bytes {
  const out = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Little-endian, 16 bits. */
export function u16(value: number): Bytes {
  const out = new Uint8Array(2);
  new DataView(out.buffer).setUint16(0, value, true);
  return out;
}

/** Little-endian, 32 bits. */
export function u32(value: number): Bytes {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value, true);
  return out;
}

/** Little-endian, 64 bits; refuses what does not fit. */
export function u64(value: bigint): Bytes {
  if (value < 0n || value > U64_MAX) throw new FormatError('amount', `${value} does not fit 64 bits`);
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, value, true);
  return out;
}

/** The largest 64-bit integer. */
export const U64_MAX = (1n << 64n) - 1n;

/** Lower-case hexadecimal. */
export function toHex(bytes: ArrayLike<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** From lower- or upper-case hexadecimal. */
export function fromHex(text: string): Bytes {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) {
    throw new FormatError('hexadecimal text', 'expected an even number of hexadecimal digits');
  }
  const out = new Uint8Array(text.length / 2);
  for (let at = 0; at < out.length; at += 1) out[at] = Number.parseInt(text.slice(at * 2, at * 2 + 2), 16);
  return out;
}

/** Whether both hold the same bytes. */
export function equal(left: ArrayLike<number>, right: ArrayLike<number>): boolean {
  return left.length === right.length && compare(left, right) === 0;
}

/** Negative, zero or positive, byte by byte; a prefix comes first. */
export function compare(left: ArrayLike<number>, right: ArrayLike<number>): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Takes fields off the front of bytes; a short read is a {@link FormatError}. */
export class Reader {
  #at = 0;
  readonly #view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    readonly what: string,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #advance(length: number): number {
    const at = this.#at;
    if (at + length > this.bytes.length) throw new FormatError(this.what, 'the bytes end too early');
    this.#at = at + length;
    return at;
  }

  /** A copy of the next bytes. */
  take(length: number): Bytes {
    const at = this.#advance(length);
    return Uint8Array.from(this.bytes.subarray(at, at + length));
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), true);
  }

  /** How many bytes are left. */
  get left(): number {
    return this.bytes.length - this.#at;
  }

  /** Refuses left-over bytes. */
  end(): void {
    if (this.left !== 0) throw new FormatError(this.what, `${this.left} bytes are left over after the end`);
  }
}
