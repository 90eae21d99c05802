/** History as RFC 4180 text. Amounts stay in base units and sub-units: exact, and said in the header. */
import type { HistoryEntry } from '@tributary/sdk';

const HEADER = [
  'slot',
  'time',
  'kind',
  'epoch',
  'vault',
  'mint',
  'paid_base_units',
  'earned_sub_units',
  'signature',
];

export function csvOf(entries: readonly HistoryEntry[]): string {
  const rows = entries.map((entry) => [
    String(entry.slot),
    typeof entry.at === 'number' ? new Date(entry.at * 1000).toISOString() : '',
    entry.claim ? `claim ${entry.claim.class}` : `root ${entry.root?.status ?? ''}`,
    String(entry.epoch),
    entry.token.vault,
    entry.token.mint,
    entry.claim?.paid ?? '',
    entry.root?.earned ?? '',
    entry.signature,
  ]);
  return [HEADER, ...rows].map((row) => row.map(quoted).join(',')).join('\r\n') + '\r\n';
}

/** Quoted where it must be; what a spreadsheet would take for a formula is defused. */
function quoted(field: string): string {
  const safe = /^[=+\-@\t\r]/.test(field) ? `'${field}` : field;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
