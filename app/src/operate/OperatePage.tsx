/** The operator's side: how well things are, and what to do when they are not. */
import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { Address } from '@solana/kit';
import type { AnswerOf, DataOf } from '@tributary/sdk';
import { Fact } from '../explore/AssetPage.js';
import { Roots } from '../explore/Explore.js';
import { useNetwork } from '../network/Network.js';
import { readableSubUnits, shortened } from '../ui/amount.js';
import { Notice, Trouble, Waiting } from '../ui/Notice.js';
import { ago } from '../ui/time.js';
import { Scroll } from '../ui/Scroll.js';

type Health = DataOf<'/v1/health'>;
type Epoch = AnswerOf<'/v1/vaults/{vault}/epochs'>['data'][number];

const POLL_MS = 5_000;

export function OperatePage() {
  const { vaults } = useNetwork();
  return (
    <>
      <div className="statement-head">
        <h1>Health and roots</h1>
      </div>
      <Indexing />
      {vaults.map((vault) => (
        <Vault key={vault} vault={vault} />
      ))}
      <Runbook />
    </>
  );
}

const STATES: Readonly<Record<Health['state'], readonly ['good' | 'warn' | 'bad', string, string]>> = {
  ok: ['good', 'Everything is up to date.', ''],
  behind: ['warn', 'The indexer is behind the chain.', 'behind'],
  indexer_silent: ['bad', 'The indexer has written nothing for a minute.', 'indexer-silent'],
  gap: ['bad', 'An event is missing.', 'gap'],
};

function Indexing() {
  const { api } = useNetwork();
  const query = useQuery({
    queryKey: ['health', api.baseUrl],
    refetchInterval: POLL_MS,
    // A 503 carries the same numbers as a 200: it is an answer, not an error.
    queryFn: async () => {
      const answer = await fetch(`${api.baseUrl}/v1/health`, { signal: AbortSignal.timeout(10_000) });
      const body = (await answer.json()) as Partial<AnswerOf<'/v1/health'>>;
      if (!body.data) throw new Error('the API has no numbers');
      return body.data;
    },
    retry: 1,
  });
  return (
    <section className={query.isPending ? 'sheet coming short' : 'sheet'} aria-labelledby="indexing">
      <h2 id="indexing">Chain to database</h2>
      {query.isPending ? (
        <Waiting what="the health" lines={4} />
      ) : query.isError ? (
        <Trouble
          error={query.error}
          what="The API gives no numbers: it is away, or its database is."
          retry={() => void query.refetch()}
        />
      ) : (
        <Numbers health={query.data} />
      )}
    </section>
  );
}

function Numbers({ health }: { health: Health }) {
  const [tone, title, runbook] = STATES[health.state];
  return (
    <>
      <Notice tone={tone} title={title} action={runbook !== '' && <a href={`#${runbook}`}>What to do</a>} />
      <dl className="facts">
        <Fact what="Slots not indexed yet">{health.lag_slots.toLocaleString('en')}</Fact>
        <Fact what="The indexer wrote">{ago(health.silent_seconds * 1000)}</Fact>
        <Fact what="Final up to">slot {health.finalised_slot.toLocaleString('en')}</Fact>
        <Fact what="Events missing">{health.open_gaps.toLocaleString('en')}</Fact>
      </dl>
    </>
  );
}

function Vault({ vault }: { vault: Address }) {
  const { api } = useNetwork();
  const record = useQuery({
    queryKey: ['vault', api.baseUrl, vault],
    queryFn: async () => (await api.get('/v1/vaults/{vault}', { vault })).data,
    refetchInterval: POLL_MS,
    retry: 1,
  });
  const epochs = useQuery({
    queryKey: ['epochs', api.baseUrl, vault],
    queryFn: async () => (await api.get('/v1/vaults/{vault}/epochs', { vault, limit: 10 })).data,
    refetchInterval: POLL_MS,
    retry: 1,
  });
  return (
    <section className="sheet" aria-label={`Vault ${shortened(vault)}`}>
      <h2>Vault {shortened(vault)}</h2>
      {record.data?.halted && (
        <Notice
          tone="bad"
          title="Settlement stopped for this vault."
          action={<a href="#halted">What to do</a>}
        >
          <p>{record.data.halted.reason}</p>
        </Notice>
      )}
      <Roots vault={vault} />
      {(epochs.isPending || record.isPending) && <Waiting what="the epochs" lines={6} />}
      {epochs.isError && (
        <Trouble
          error={epochs.error}
          what="The epochs could not be read."
          retry={() => void epochs.refetch()}
        />
      )}
      {epochs.data && record.data && <Epochs epochs={epochs.data} decimals={record.data.token.decimals} />}
    </section>
  );
}

function Epochs({ epochs, decimals }: { epochs: readonly Epoch[]; decimals: number }) {
  const earned = (epoch: Epoch): bigint =>
    epoch.contributors.reduce((sum, each) => sum + BigInt(each.amount), 0n);
  return (
    <Scroll label="Epochs">
      <table className="ledger stacks">
        <caption>Epochs as settlement booked them</caption>
        <thead>
          <tr>
            <th scope="col">How far</th>
            <th scope="col">Epoch</th>
            <th scope="col">Books</th>
            <th scope="col" className="number">
              Events (void)
            </th>
            <th scope="col" className="number">
              To contributors
            </th>
          </tr>
        </thead>
        <tbody>
          {epochs.map((epoch) => (
            <tr key={`${epoch.epoch} ${epoch.attempt}`}>
              <td>{epoch.step}</td>
              <td>
                Epoch {epoch.epoch}
                {epoch.attempt > 0 ? `, attempt ${epoch.attempt + 1}` : ''}
              </td>
              <td>{booksOf(epoch)}</td>
              <td className="number" data-unit="events (void)">
                {typeof epoch.events === 'number'
                  ? `${epoch.events.toLocaleString('en')} (${epoch.void_events ?? 0})`
                  : '–'}
              </td>
              <td className="number">{readableSubUnits(earned(epoch), decimals)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Whether every unit of an epoch is accounted for. */
function booksOf({ identity }: Epoch): ReactNode {
  if (!identity) return 'not added up yet';
  return identity.holds ? 'books add up' : <strong>books do not add up</strong>;
}

/** What to do, by what is seen here. The commands are those of the one binary. */
function Runbook() {
  return (
    <section className="sheet" aria-labelledby="runbook">
      <h2 id="runbook">What to do when</h2>
      <dl className="runbook">
        <dt id="behind">The indexer is behind</dt>
        <dd>
          Answers stay right and say their slot. Look at the node first: an RPC that throttles is the usual
          cause. Posting waits by itself and goes on when the indexer has caught up.
        </dd>
        <dt id="indexer-silent">The indexer is silent</dt>
        <dd>
          Restart <code>tributary indexer</code>. It takes the writer’s number anew, so two at once do no
          harm. If it ends again, its log names the node or the database.
        </dd>
        <dt id="gap">An event is missing</dt>
        <dd>
          The indexer asks for it again by itself. If it stays, the node does not have it: name another node
          with <code>--rpc</code>. Nothing is posted on a history with a hole.
        </dd>
        <dt id="halted">Settlement stopped for a vault</dt>
        <dd>
          The books of an epoch did not add up, so nothing was posted; claims go on under the root that
          serves. Run <code>tributary verify</code> and keep its report before anything is changed.
        </dd>
        <dt>A root was vetoed</dt>
        <dd>
          The parent serves on. The watcher’s log has the file and the number that differ; run{' '}
          <code>tributary verify</code> on the settler’s machine and on another.
        </dd>
        <dt>No root for long</dt>
        <dd>
          A root comes when an epoch has something new. Look at the epoch’s step above: closing waits for the
          indexer, posted waits for watchers and the challenge window.
        </dd>
      </dl>
    </section>
  );
}
