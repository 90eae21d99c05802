/** An asset: what it is, who owns it, on what terms, and how it hangs together with others. */
import { useId, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { address, type Address } from '@solana/kit';
import type { DataOf } from '@tributary/sdk';
import { useNetwork } from '../network/Network.js';
import { Copyable } from '../ui/Copyable.js';
import { GoTo } from '../ui/GoTo.js';
import { Trouble, Waiting } from '../ui/Notice.js';
import { NotRead } from '../ui/NotRead.js';
import { shortened } from '../ui/amount.js';
import { Announced } from './Announced.js';
import { AssetGraph } from './AssetGraph.js';
import { AssetEarnings } from './AssetEarnings.js';
import { mixText, percent, usesText } from './terms.js';

type Detail = DataOf<'/v1/assets/{asset}'>;
type Graph = DataOf<'/v1/assets/{asset}/graph'>;

export function AssetPage({ asset }: { asset: Address }) {
  const { api } = useNetwork();
  const record = useQuery({
    queryKey: ['asset', api.baseUrl, asset],
    queryFn: () => api.get('/v1/assets/{asset}', { asset }),
    retry: 1,
  });
  const graph = useQuery({
    queryKey: ['graph', api.baseUrl, asset],
    queryFn: async () => (await api.get('/v1/assets/{asset}/graph', { asset })).data,
    retry: 1,
  });
  return (
    <>
      <div className="statement-head">
        <h1>{record.data?.data.name ?? shortened(asset, 6, 6)}</h1>
        {/* A name may take more lines than the address that stood in its place. */}
        {!record.isPending && (
          <p className="whose">
            <Copyable text={asset} what="the asset’s address" head={6} tail={6} />
            {record.data && <span className="badge">{record.data.data.kind}</span>}
          </p>
        )}
      </div>
      {record.isPending ? (
        <section className="sheet coming" key="coming">
          <Waiting what="the asset" lines={8} />
        </section>
      ) : record.isError ? (
        <section className="sheet">
          <NotRead error={record.error} what="asset" retry={() => void record.refetch()} />
        </section>
      ) : (
        <>
          <section className={graph.isPending ? 'sheet coming' : 'sheet'} aria-labelledby="graph">
            <h2 id="graph">Where it comes from, where it goes</h2>
            {graph.isPending ? (
              <Waiting what="the graph" lines={6} />
            ) : graph.isError ? (
              <Trouble
                error={graph.error}
                what="The graph could not be read."
                retry={() => void graph.refetch()}
              />
            ) : (
              <Surroundings graph={graph.data} />
            )}
          </section>
          <section className="sheet" aria-labelledby="record">
            <h2 id="record">The record</h2>
            <Announced record={record.data.data} slot={record.data.as_of_slot} />
            <Record record={record.data.data} />
          </section>
          <AssetEarnings asset={asset} isDisputed={record.data.data.dispute != null} />
        </>
      )}
    </>
  );
}

function Surroundings({ graph }: { graph: Graph }) {
  const older = graph.nodes.filter((node) => node.distance < 0);
  const younger = graph.nodes.filter((node) => node.distance > 0);
  if (older.length + younger.length === 0) {
    return <p>It was made from nothing registered, and nothing registered was made from it yet.</p>;
  }
  return (
    <>
      <p>
        Older assets come first; what is made from them follows. A line is as wide as the share that flows
        back along it. {graph.is_cut ? 'There are more: walk to a box to see what is around it.' : ''}
      </p>
      <AssetGraph graph={graph} />
      <details className="as-table">
        <summary>The same as lists</summary>
        <div className="around">
          <Names title="Made from" nodes={older} otherwise="nothing registered" />
          <Names title="Made into" nodes={younger} otherwise="nothing registered yet" />
        </div>
      </details>
    </>
  );
}

function Names(props: { title: string; nodes: Graph['nodes']; otherwise: string }) {
  const { title, nodes, otherwise } = props;
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {nodes.length === 0 ? (
        <p>
          <small>{otherwise}</small>
        </p>
      ) : (
        <ul className="plain">
          {nodes.map(({ asset, name, kind, distance }) => (
            <li key={asset}>
              <GoTo view={{ kind: 'asset', asset: address(asset) }}>{name ?? shortened(asset, 6, 6)}</GoTo>{' '}
              <small>
                {kind}
                {Math.abs(distance) > 1 ? `, ${Math.abs(distance)} steps away` : ''}
              </small>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Record({ record }: { record: Detail }) {
  const { api } = useNetwork();
  const { mix } = record;
  return (
    <dl className="facts">
      <Fact what="Owner">
        <Copyable text={record.owner} what="the owner’s address" head={6} tail={6} />{' '}
        <GoTo view={{ kind: 'earnings', claimant: address(record.owner) }}>what it earned</GoTo>
      </Fact>
      <Fact what="Licence">{record.licence}</Fact>
      <Fact what="Others may">{usesText(record.uses)}</Fact>
      <Fact what="Content">
        <Copyable text={record.content_hash} what="the content’s hash" head={8} tail={6} />,{' '}
        <a href={`${api.baseUrl}/v1/files/${record.content_hash}`}>
          {record.content_length.toLocaleString('en')} bytes
        </a>
      </Fact>
      <Fact what="Terms count from">slot {record.effective_slot.toLocaleString('en')}</Fact>
      <Fact what="Flows on to what it was made from">
        {record.stack_bps === 0 ? 'nothing' : `at most ${percent(record.stack_bps)} altogether`}
      </Fact>
      {mix && <Fact what="A model’s income is shared">{mixText(mix)}</Fact>}
      <Fact what="Who shares its income">
        <ul className="plain">
          {record.co_owners.map(({ claimant, share_bps }) => (
            <li key={claimant}>
              {percent(share_bps)}{' '}
              <GoTo view={{ kind: 'earnings', claimant: address(claimant) }}>
                {shortened(claimant, 6, 6)}
              </GoTo>
            </li>
          ))}
        </ul>
      </Fact>
    </dl>
  );
}

export function Fact({ what, children }: { what: string; children: ReactNode }) {
  return (
    <div>
      <dt>{what}</dt>
      <dd>{children}</dd>
    </div>
  );
}
