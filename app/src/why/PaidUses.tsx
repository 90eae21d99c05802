/** The paid uses behind an asset's credit, with the stretches of its text that stood in the answers. */
import type { ReceiptEvent, VaultClaimable } from '@tributary/sdk';
import { useNetwork } from '../network/Network.js';
import { More, usePages } from '../network/usePages.js';
import { readableSubUnits, readableText, shortened } from '../ui/amount.js';
import { Trouble, Waiting } from '../ui/Notice.js';
import { POLICIES } from './sources.js';

const PAGE = 50;
const SHOWN = 5;
const SPANS_SHOWN = 3;

export function PaidUses({ asset, now, epoch }: { asset: string; now: VaultClaimable; epoch: number }) {
  const { api } = useNetwork();
  const { query, entries } = usePages({
    key: ['uses', api.baseUrl, now.claimant, now.vault, epoch],
    read: (cursor) => api.receiptEvents(now.claimant, { vault: now.vault, epoch, limit: PAGE, cursor }),
    isSettled: true,
  });
  if (query.isPending) return <Waiting what="the paid uses" lines={4} />;
  if (query.isError) {
    return (
      <Trouble
        error={query.error}
        tone="warn"
        what="The paid uses could not be read."
        retry={() => void query.refetch()}
      />
    );
  }
  const events = entries.filter((event) => creditOf(event, asset) > 0n);
  // Those with the most words to show come first; otherwise the order of the events.
  const shown = [...events].sort((a, b) => bytesIn(b, asset) - bytesIn(a, asset)).slice(0, SHOWN);
  return (
    <>
      <h3>{events.length > shown.length ? `${shown.length} of the paid uses` : 'Paid uses'}</h3>
      {shown.map((event) => (
        <PaidUse
          key={`${event.gateway} ${event.generation} ${event.sequence}`}
          event={event}
          asset={asset}
          now={now}
        />
      ))}
      {shown.length === 0 && <p>None among the uses read so far.</p>}
      {shown.length < SHOWN && <More of={query} label={query.isFetching ? 'Looking…' : 'Look further'} />}
    </>
  );
}

function PaidUse({ event, asset, now }: { event: ReceiptEvent; asset: string; now: VaultClaimable }) {
  const { decimals } = now.account;
  const spans = spansIn(event, asset);
  const policies = [
    ...new Set(event.lines.filter((line) => line.asset.asset === asset).map((line) => line.policy)),
  ];
  return (
    <article className="event">
      <div className="event-head">
        <span>
          {event.agent.name ?? shortened(event.agent.asset)}{' '}
          <span className="soft">
            answered for {readableText(BigInt(event.price), decimals)} ·{' '}
            {policies.map((policy) => POLICIES[policy].name).join(', ')}
          </span>
        </span>
        <span className="amount">{readableSubUnits(creditOf(event, asset), decimals)}</span>
      </div>
      {spans.slice(0, SPANS_SHOWN).map((span, at) => (
        <blockquote key={at}>
          <mark>{oneLine(span.excerpt ?? '')}</mark>
          {span.cut ? '…' : ''}
          <small>
            {' '}
            {span.bytes.toLocaleString('en')} bytes, in{' '}
            {span.clusters === 1 ? 'no other text' : `${span.clusters} texts`}
          </small>
        </blockquote>
      ))}
      {event.spans === null && <small>The evidence’s positions have expired; the credit has not.</small>}
      <small className="soft">
        {new Date(event.at_ms).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })} · use{' '}
        {event.sequence.toLocaleString('en')} of gateway {shortened(event.gateway)}
      </small>
    </article>
  );
}

/** Verse and tables break their lines; as evidence they read better in one. */
function oneLine(excerpt: string): string {
  return excerpt.replace(/\s+/g, ' ').trim();
}

/** What the use credited the asset, in sub-units. */
function creditOf(event: ReceiptEvent, asset: string): bigint {
  return event.lines
    .filter((line) => line.asset.asset === asset)
    .reduce((sum, line) => sum + BigInt(line.amount), 0n);
}

/** How much of the asset's text an event can show. */
function bytesIn(event: ReceiptEvent, asset: string): number {
  return spansIn(event, asset).reduce((sum, span) => sum + span.bytes, 0);
}

/** Spans in the asset's text that may be shown. */
function spansIn(event: ReceiptEvent, asset: string) {
  return (event.spans ?? []).filter((span) => span.asset.asset === asset && span.excerpt);
}
