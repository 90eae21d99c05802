/** An amount whose decimals step back, so that columns of them can be compared. */
import { readable } from './amount.js';

export function Amount({ units, decimals, label }: { units: bigint; decimals: number; label?: string }) {
  const { whole, fraction } = readable(units, decimals);
  return (
    <span className="amount">
      {whole}
      {fraction !== '' && <span className="fraction">.{fraction}</span>}
      {label !== undefined && <span className="unit"> {label}</span>}
    </span>
  );
}
