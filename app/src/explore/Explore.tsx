/** The ways in for somebody who looks around: what is registered, and what was settled. */
import { useEffect, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { address, type Address } from '@solana/kit';
import { useNetwork } from '../network/Network.js';
import { More, usePages } from '../network/usePages.js';
import { readableText, shortened } from '../ui/amount.js';
import { GoTo } from '../ui/GoTo.js';
import { Notice, Trouble, Waiting } from '../ui/Notice.js';
import { ROOT_STATUS } from '../roots/status.js';
import { Scroll } from '../ui/Scroll.js';
import { Search } from './Search.js';

const PAGE = 25;
const KINDS = [
  [undefined, 'All'],
  ['dataset', 'Datasets'],
  ['model', 'Models'],
  ['agent', 'Agents'],
] as const;
type Kind = (typeof KINDS)[number][0];

export function Explore({ vault: named }: { vault: Address | undefined }) {
  const { vaults } = useNetwork();
  useEffect(() => {
    if (named) document.getElementById(`vault-${named}`)?.scrollIntoView();
  }, [named]);
  return (
    <>
      <div className="statement-head">
        <h1>Everything here is public</h1>
      </div>
      <Search />
      <Assets />
      {vaults.map((vault) => (
        <section
          className="sheet"
          key={vault}
          id={`vault-${vault}`}
          aria-label={`Roots of the vault ${shortened(vault)}`}
        >
          <h2>Roots of the vault {shortened(vault)}</h2>
          <Roots vault={vault} />
        </section>
      ))}
    </>
  );
}

function Assets() {
  const { api } = useNetwork();
  const [kind, setKind] = useState<Kind>();
  const { query, entries: assets } = usePages({
    key: ['assets', api.baseUrl, kind],
    read: (cursor) => api.get('/v1/assets', { limit: PAGE, kind, cursor }),
    keepsBefore: true,
  });
  return (
    <section className="sheet" aria-labelledby="assets">
      <div className="section-head">
        <h2 id="assets">Datasets, models and agents</h2>
        <div className="choices" role="group" aria-label="Kind">
          {KINDS.map(([value, text]) => (
            <button
              key={text}
              type="button"
              className="quiet"
              aria-pressed={kind === value}
              onClick={() => setKind(value)}
            >
              {text}
            </button>
          ))}
        </div>
      </div>
      {query.isPending ? (
        <Waiting what="the assets" lines={24} />
      ) : query.isError ? (
        <Trouble
          error={query.error}
          what="The assets could not be read."
          retry={() => void query.refetch()}
        />
      ) : assets.length === 0 ? (
        <Notice tone="calm" title="Nothing of this kind is registered yet." />
      ) : (
        <Scroll label="Assets">
          <table className="ledger stacks">
            <caption className="visually-hidden">Assets in the order of registration</caption>
            <thead>
              <tr>
                <th scope="col">Kind</th>
                <th scope="col">Name</th>
                <th scope="col">Owner</th>
                <th scope="col" className="number">
                  Licence
                </th>
              </tr>
            </thead>
            <tbody>
              {assets.map(({ asset, kind: of, name, owner, licence }) => (
                <tr key={asset}>
                  <td>{of}</td>
                  <td>
                    <GoTo view={{ kind: 'asset', asset: address(asset) }}>
                      {name ?? shortened(asset, 6, 6)}
                    </GoTo>
                  </td>
                  <td>
                    <GoTo view={{ kind: 'earnings', claimant: address(owner) }}>{shortened(owner)}</GoTo>
                  </td>
                  <td className="number">{licence}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      <More of={query} label="More" />
    </section>
  );
}

const ROOTS_SHOWN = 25;
const POLL_MS = 15_000;

/** A vault's newest roots. */
export function Roots({ vault }: { vault: Address }) {
  const { api } = useNetwork();
  const query = useQuery({
    queryKey: ['roots', api.baseUrl, vault],
    queryFn: async () => (await api.get('/v1/vaults/{vault}/roots', { vault, limit: ROOTS_SHOWN })).data,
    refetchInterval: POLL_MS,
    retry: 1,
  });
  if (query.isPending) return <Waiting what="the roots" lines={4} />;
  if (query.isError) {
    return (
      <Trouble error={query.error} what="The roots could not be read." retry={() => void query.refetch()} />
    );
  }
  if (query.data.length === 0) return <Notice tone="calm" title="No root has been posted yet." />;
  return (
    <Scroll label="Roots">
      <table className="ledger stacks">
        <caption className="visually-hidden">Roots, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Posted</th>
            <th scope="col">Root</th>
            <th scope="col" className="number">
              Watchers for it
            </th>
            <th scope="col" className="number">
              Earned in all
            </th>
          </tr>
        </thead>
        <tbody>
          {query.data.map((root) => (
            <tr key={root.root_id}>
              <td>
                {new Date(root.posted_at * 1000).toLocaleString('en-GB', {
                  dateStyle: 'medium',
                  timeStyle: 'short',
                })}
              </td>
              <td>
                <GoTo view={{ kind: 'root', root: root.root_id }}>
                  Epoch {root.epoch}
                  {root.attempt > 0 ? `, attempt ${root.attempt + 1}` : ''}
                </GoTo>{' '}
                <small>{ROOT_STATUS[root.status] ?? root.status}</small>
              </td>
              <td className="number" data-unit="for it">
                {root.attestations}
              </td>
              <td className="number">{readableText(BigInt(root.earned_total), root.token.decimals)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
