/** Amounts as people read them. Integers in, text out: no number is ever rounded. */

/** An amount cut at its decimal point, so that both sides can be set apart. */
export interface ReadableAmount {
  /** Grouped in thousands. */
  readonly whole: string;
  /** All decimals of the mint; empty when it has none. */
  readonly fraction: string;
}

/** Base units as tokens. */
export function readable(baseUnits: bigint, decimals: number): ReadableAmount {
  const digits = (baseUnits < 0n ? -baseUnits : baseUnits).toString().padStart(decimals + 1, '0');
  const cut = digits.length - decimals;
  const whole = digits.slice(0, cut).replace(/\B(?=(\d{3})+$)/g, ',');
  return { whole: baseUnits < 0n ? `−${whole}` : whole, fraction: digits.slice(cut) };
}

/** The same in one piece. */
export function readableText(baseUnits: bigint, decimals: number): string {
  const { whole, fraction } = readable(baseUnits, decimals);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** Lamports as SOL, without trailing zeros. */
export function readableSol(lamports: bigint): string {
  const { whole, fraction } = readable(lamports, 9);
  const kept = fraction.replace(/0+$/, '');
  return kept === '' ? whole : `${whole}.${kept}`;
}

/** Sub-units (2⁻³² base units) as tokens: exact to the base unit, the rest said as "and a part". */
export function readableSubUnits(subUnits: bigint, decimals: number): string {
  const whole = subUnits >> 32n;
  if (whole === 0n && subUnits > 0n) return `< ${readableText(1n, decimals)}`;
  return readableText(whole, decimals);
}

/** The first and last characters of an address or hash. */
export function shortened(text: string, head = 4, tail = 4): string {
  return text.length <= head + tail + 1 ? text : `${text.slice(0, head)}…${text.slice(-tail)}`;
}

/** What a person typed as tokens, in base units; nothing when it is no amount above zero of this mint. */
export function typedAmount(text: string, decimals: number): bigint | undefined {
  const [, whole, fraction = ''] =
    /^(\d{1,20})(?:\.(\d{1,20}))?$/.exec(text.replaceAll(',', '').trim()) ?? [];
  if (whole === undefined || fraction.length > decimals) return undefined;
  const units = BigInt(whole + fraction.padEnd(decimals, '0'));
  return units > 0n && units < 2n ** 64n ? units : undefined;
}
