/**
 * Why a payout is what it is: an epoch's credit by asset, each asset by agent and
 * policy, and the paid uses with the stretches of one's own texts behind them.
 */
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { Api, HistoryEntry, Receipt, VaultClaimable } from '@tributary/sdk';
import { useNetwork } from '../network/Network.js';
import { readableSubUnits } from '../ui/amount.js';
import { Notice, Trouble, Waiting } from '../ui/Notice.js';
import { Confluence } from './Confluence.js';
import { SourceRow } from './SourceRow.js';
import { sourcesOf } from './sources.js';

/** Pages of receipts that are read; an epoch of more sources says so. */
const PAGES_MAX = 5;
const PAGE = 100;
/** Epochs to choose from: the newest. */
const EPOCHS_SHOWN = 6;
const LIST_SHOWN = 8;

async function allReceipts(api: Api, now: VaultClaimable, epoch: number) {
  const receipts: Receipt[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await api.receipts(now.claimant, { vault: now.vault, epoch, limit: PAGE, cursor });
    receipts.push(...answer.data);
    cursor = answer.has_more ? (answer.next_cursor ?? undefined) : undefined;
    if (cursor === undefined) break;
  }
  return { receipts, isAll: cursor === undefined };
}

/** The epochs of this vault that credited the claimant, newest first. */
function creditedEpochs(history: readonly HistoryEntry[], vault: string): readonly number[] {
  const epochs = history
    .filter((entry) => entry.token.vault === vault && entry.root && entry.root.status !== 'vetoed')
    .map((entry) => entry.epoch);
  return [...new Set(epochs)].sort((a, b) => b - a);
}

export function Why({ now }: { now: VaultClaimable }) {
  const { api } = useNetwork();
  const [chosen, setChosen] = useState<number>();
  const history = useQuery({
    queryKey: [
      'credited',
      api.baseUrl,
      now.claimant,
      now.root?.epoch.toString(),
      now.pending?.epoch.toString(),
    ],
    queryFn: () => api.history(now.claimant, { limit: PAGE }),
    retry: 1,
  });
  const epochs = creditedEpochs(history.data?.data ?? [], now.vault);
  const epoch = chosen !== undefined && epochs.includes(chosen) ? chosen : epochs[0];

  return (
    <section className="why" aria-label="Why">
      <div className="section-head">
        <h2>Why</h2>
        {epochs.length > 1 && (
          <div className="epochs" role="group" aria-label="Epoch">
            {epochs.slice(0, EPOCHS_SHOWN).map((each) => (
              <button key={each} type="button" aria-pressed={each === epoch} onClick={() => setChosen(each)}>
                Epoch {each}
              </button>
            ))}
          </div>
        )}
      </div>
      {history.isPending ? (
        <Waiting what="the receipts" lines={4} />
      ) : history.isError ? (
        <Trouble
          error={history.error}
          tone="warn"
          what="The receipts need the API, which is away. The amounts above do not: they come from the chain."
          retry={() => void history.refetch()}
        />
      ) : epoch === undefined ? (
        <Notice tone="calm" title="No receipts yet.">
          <p>When one of your assets is used and paid for, this is where you see which, by whom and why.</p>
        </Notice>
      ) : (
        <Epoch key={epoch} now={now} epoch={epoch} />
      )}
    </section>
  );
}

function Epoch({ now, epoch }: { now: VaultClaimable; epoch: number }) {
  const { api } = useNetwork();
  const [showsAll, setShowsAll] = useState(false);
  const query = useQuery({
    queryKey: ['receipts', api.baseUrl, now.claimant, now.vault, epoch],
    queryFn: () => allReceipts(api, now, epoch),
    staleTime: Infinity, // an epoch's receipts never change
    retry: 1,
  });
  if (query.isPending) return <Waiting what={`the receipts of epoch ${epoch}`} lines={6} />;
  if (query.isError) {
    return (
      <Trouble
        error={query.error}
        tone="warn"
        what="The receipts of this epoch could not be read."
        retry={() => void query.refetch()}
      />
    );
  }
  const sources = sourcesOf(query.data.receipts);
  const total = sources.reduce((sum, source) => sum + source.amount, 0n);
  const shown = showsAll ? sources : sources.slice(0, LIST_SHOWN);
  return (
    <>
      <p>
        Epoch {epoch} credited {readableSubUnits(total, now.account.decimals)} from{' '}
        {sources.length === 1 ? 'one asset' : `${sources.length} assets`}. Each number says by which method it
        was found; a match is a match, not a cause.
      </p>
      <Confluence sources={sources} />
      <ul className="sources">
        {shown.map((source) => (
          <SourceRow key={source.asset} source={source} now={now} epoch={epoch} />
        ))}
      </ul>
      {sources.length > shown.length && (
        <button type="button" className="quiet" onClick={() => setShowsAll(true)}>
          Show all {sources.length} assets
        </button>
      )}
      {!query.data.isAll && <p>This epoch has more sources than this page reads; the API has them all.</p>}
    </>
  );
}
