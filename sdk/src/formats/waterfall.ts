/** The waterfall of a root: where an epoch's gross went, line by line, signed by the vault's poster. */
import {
  getBase58Encoder,
  getPublicKeyFromAddress,
  isAddress,
  signatureBytes,
  verifySignature,
  type Address,
} from '@solana/kit';
import { FormatError } from '../errors.js';
import { sha256 } from './hash.js';

const SIGNED_PREFIX = 'tributary:waterfall:v1:';
const VERSION = 1;

/** A line of a waterfall. */
export interface WaterfallLine {
  /** What it is called in data, such as `gross`, `fee` or `pool`. */
  readonly name: string;
  /** What it is called on a page. */
  readonly label: string;
  /** The line it is a part of; a line with parts is their sum. */
  readonly of: string | undefined;
  /** In sub-units. */
  readonly amount: bigint;
}

/** What an epoch of a vault came to. */
export interface Waterfall {
  readonly vault: Address;
  readonly epoch: number;
  /** The root it explains, in hexadecimal. */
  readonly root: string;
  /** Events of the vault, void ones included. */
  readonly events: number;
  /** Those that earned nothing. */
  readonly voidEvents: number;
  readonly feeBps: number;
  /** In the order in which they are read. */
  readonly lines: readonly WaterfallLine[];
  /** Who signed it. */
  readonly key: Address;
}

/** Reads a waterfall and checks its sums and its signature: what is returned holds. */
export async function readWaterfall(bytes: Uint8Array): Promise<Waterfall> {
  const wrong = (detail: string): FormatError => new FormatError('waterfall', detail);
  let signed: { waterfall: Record<string, unknown>; key: unknown; signature: unknown };
  try {
    signed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as typeof signed;
  } catch {
    throw wrong('it is not JSON');
  }
  const { waterfall, key, signature } = signed;
  if (waterfall.version !== VERSION) throw wrong(`version ${String(waterfall.version)} is not known here`);
  const lines = linesOf(waterfall.lines);
  const { vault, root } = waterfall;
  if (
    !lines ||
    typeof key !== 'string' ||
    !isAddress(key) ||
    typeof signature !== 'string' ||
    typeof vault !== 'string' ||
    !isAddress(vault) ||
    typeof root !== 'string'
  ) {
    throw wrong('it lacks a field');
  }
  const unbalanced = lines.find((line) => {
    const parts = lines.filter(({ of }) => of === line.name);
    return parts.length > 0 && parts.reduce((sum, part) => sum + part.amount, 0n) !== line.amount;
  });
  if (unbalanced) throw wrong(`its line “${unbalanced.label}” is not the sum of its parts`);
  const text = new TextEncoder();
  const digest = sha256(text.encode(`${JSON.stringify(waterfall)}\n`));
  const holds = await verifySignature(
    await getPublicKeyFromAddress(key),
    signatureBytes(Uint8Array.from(getBase58Encoder().encode(signature))),
    Uint8Array.from([...text.encode(SIGNED_PREFIX), ...digest]),
  );
  if (!holds) throw wrong('the key it names did not sign it');
  return {
    vault,
    root,
    key,
    lines,
    epoch: Number(waterfall.epoch),
    events: Number(waterfall.events),
    voidEvents: Number(waterfall.void_events),
    feeBps: Number(waterfall.fee_bps),
  };
}

function linesOf(value: unknown): readonly WaterfallLine[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const lines = (value as Record<string, unknown>[]).map(({ name, label, of, amount }) =>
    typeof name === 'string' &&
    typeof label === 'string' &&
    (of === null || typeof of === 'string') &&
    typeof amount === 'string' &&
    /^\d{1,39}$/.test(amount)
      ? { name, label, of: of ?? undefined, amount: BigInt(amount) }
      : undefined,
  );
  const known = lines.filter((line) => line !== undefined);
  return known.length === lines.length ? known : undefined;
}
