/** Roots that credited the claimant and claims that paid it, newest first, to read or to take along. */
import type { Address } from '@solana/kit';
import type { HistoryEntry } from '@tributary/sdk';
import { useNetwork } from '../network/Network.js';
import { More, usePages } from '../network/usePages.js';
import { readableSubUnits, readableText } from '../ui/amount.js';
import { Copyable } from '../ui/Copyable.js';
import { Notice, Trouble, Waiting } from '../ui/Notice.js';
import { csvOf } from './csv.js';

const PAGE = 25;
const POLL_MS = 15_000;

export function History({ claimant }: { claimant: Address }) {
  const { api } = useNetwork();
  const { query, entries } = usePages({
    key: ['history', api.baseUrl, claimant],
    read: (cursor) => api.history(claimant, { limit: PAGE, cursor }),
    pollMs: POLL_MS,
  });
  return (
    <section className="sheet" aria-labelledby="history">
      <div className="section-head">
        <h2 id="history">History</h2>
        {entries.length > 0 && (
          <button
            type="button"
            className="quiet"
            onClick={() => save(csvOf(entries), `tributary-${claimant}.csv`)}
          >
            Save as CSV
          </button>
        )}
      </div>
      {query.isPending ? (
        <Waiting what="the history" lines={4} />
      ) : query.isError && entries.length === 0 ? (
        <Trouble
          error={query.error}
          tone="warn"
          what="The history needs the API, which is away."
          retry={() => void query.refetch()}
        />
      ) : entries.length === 0 ? (
        <Notice tone="calm" title="Nothing has happened yet.">
          <p>Roots that credit this address and claims that pay it are listed here.</p>
        </Notice>
      ) : (
        <Table entries={entries} />
      )}
      <More of={query} label="Older" />
    </section>
  );
}

function Table({ entries }: { entries: readonly HistoryEntry[] }) {
  return (
    <div className="scroll">
      <table className="ledger stacks">
        <caption className="visually-hidden">Credits and payments, newest first</caption>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">What</th>
            <th scope="col">Transaction</th>
            <th scope="col" className="number">
              Amount
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={`${entry.signature} ${entry.claim?.class ?? `root ${entry.root?.root_id ?? ''}`}`}>
              <td>{when(entry)}</td>
              <td>{what(entry)}</td>
              <td>
                <Copyable text={entry.signature} what="the transaction’s signature" />
              </td>
              <td className="number">{counts(entry) ? amount(entry) : <s>{amount(entry)}</s>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function when(entry: HistoryEntry): string {
  return typeof entry.at === 'number'
    ? new Date(entry.at * 1000).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
    : `slot ${entry.slot.toLocaleString('en')}`;
}

const STATUS: Readonly<Record<string, string>> = {
  pending: 'in its challenge window',
  active: 'serves',
  vetoed: 'vetoed by a watcher; nothing was lost',
};

function what(entry: HistoryEntry): string {
  if (entry.claim) return entry.claim.class === 'earned' ? 'Paid' : `Paid (${entry.claim.class})`;
  const status = entry.root?.status ?? '';
  return `Credited in epoch ${entry.epoch} (${STATUS[status] ?? status})`;
}

/** A root that was struck down credited nobody. */
function counts(entry: HistoryEntry): boolean {
  return entry.root?.status !== 'vetoed';
}

function amount(entry: HistoryEntry): string {
  const { decimals } = entry.token;
  return entry.claim
    ? `−${readableText(BigInt(entry.claim.paid), decimals)}`
    : `+${readableSubUnits(BigInt(entry.root?.earned ?? '0'), decimals)}`;
}

function save(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
