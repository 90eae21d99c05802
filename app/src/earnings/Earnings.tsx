/** What was earned, epoch by epoch and by asset: a picture, and the same as a table. */
import { useId, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { VaultClaimable } from '@tributary/sdk';
import { useNetwork } from '../network/Network.js';
import { readableSubUnits, shortened } from '../ui/amount.js';
import { GoTo } from '../ui/GoTo.js';
import { Notice, Trouble, Waiting } from '../ui/Notice.js';
import { chartOf, type Chart, type EarnedRow } from './bars.js';
import { address } from '@solana/kit';
import { Scroll } from '../ui/Scroll.js';

const PAGE = 100;
/** More than the chart can show is not asked for. */
const PAGES_MAX = 10;
const POLL_MS = 30_000;

export function Earnings({ now }: { now: VaultClaimable }) {
  const { api } = useNetwork();
  const { vault, claimant } = now;
  const id = useId();
  const query = useQuery({
    queryKey: ['earnings', api.baseUrl, vault, claimant],
    refetchInterval: POLL_MS,
    retry: 1,
    queryFn: async () => {
      const rows: EarnedRow[] = [];
      for await (const { epoch, asset, amount, is_active } of api.list('/v1/claimants/{claimant}/earnings', {
        claimant,
        vault,
        limit: PAGE,
      })) {
        const name = asset.name ?? shortened(asset.asset);
        rows.push({ epoch, asset: asset.asset, name, amount: BigInt(amount), isActive: is_active });
        if (rows.length >= PAGE * PAGES_MAX) break;
      }
      return chartOf(rows);
    },
  });
  return (
    <section className="earned" aria-labelledby={id}>
      <h3 id={id}>Epoch by epoch</h3>
      {query.isPending ? (
        <Waiting what="the earnings of each epoch" lines={6} />
      ) : query.isError ? (
        <Trouble
          error={query.error}
          tone="warn"
          what="The chart needs the API, which is away."
          retry={() => void query.refetch()}
        />
      ) : query.data.bars.length === 0 ? (
        <Notice tone="calm" title="No epoch has credited this address yet.">
          <p>Bars appear here with the first root that does.</p>
        </Notice>
      ) : (
        <Picture chart={query.data} decimals={now.account.decimals} />
      )}
    </section>
  );
}

const WIDTH = 440;
const HEIGHT = 200;
/** Room for the amounts above the bars. */
const HEAD = 22;
/** More bars than this leave no room for amounts. */
const AMOUNTS_MAX = 5;
const GAP = 0.28;
/** A bar is no wider than this, however few there are. */
const BAR_MAX = 56;

/** Where a bar ends, from 0 to 1. */
const topOf = (bar: Chart['bars'][number]): number => Math.max(0, ...bar.segments.map(({ to }) => to));

function Picture({ chart, decimals }: { chart: Chart; decimals: number }) {
  const [marked, setMarked] = useState<number>();
  const { series, bars } = chart;
  const step = Math.min(WIDTH / bars.length, BAR_MAX / (1 - GAP));
  const width = step * (1 - GAP);
  const amount = (units: bigint): string => readableSubUnits(units, decimals);
  return (
    <div className="chart">
      <svg
        viewBox={`0 ${-HEAD} ${WIDTH} ${HEIGHT + HEAD + 26}`}
        className="bars"
        aria-hidden="true"
        focusable="false"
      >
        <line x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} className="axis" />
        {bars.map((bar, at) => (
          <g key={bar.epoch} className={bar.isActive ? undefined : 'coming'}>
            <title>{`epoch ${bar.epoch}: ${amount(bar.total)}`}</title>
            {bars.length <= AMOUNTS_MAX && (
              <text x={at * step + step / 2} y={HEIGHT * (1 - topOf(bar)) - 8} textAnchor="middle">
                {amount(bar.total)}
              </text>
            )}
            {bar.segments.map((segment) => (
              <rect
                key={segment.series}
                x={at * step + (step - width) / 2}
                width={width}
                y={HEIGHT * (1 - segment.to)}
                height={Math.max(HEIGHT * (segment.to - segment.from) - 1, 0.75)}
                className={`series-${segment.series}`}
                opacity={marked === undefined || marked === segment.series ? 1 : 0.2}
              />
            ))}
            {(bars.length <= 12 || at % 2 === bars.length % 2) && (
              <text x={at * step + step / 2} y={HEIGHT + 18} textAnchor="middle">
                {bar.epoch}
              </text>
            )}
          </g>
        ))}
      </svg>
      <ul className="legend">
        {series.map((each, number) => (
          <li key={each.key} onMouseEnter={() => setMarked(number)} onMouseLeave={() => setMarked(undefined)}>
            <span className={`swatch series-${number}`} aria-hidden="true" />
            <span className="legend-name">
              {each.key === 'others' ? (
                each.name
              ) : (
                <GoTo view={{ kind: 'asset', asset: address(each.key) }}>{each.name}</GoTo>
              )}
            </span>
            <span className="number">{amount(each.total)}</span>
          </li>
        ))}
      </ul>
      <details className="as-table">
        <summary>The same as a table</summary>
        <Scroll label="Earnings by epoch and asset">
          <table className="ledger">
            <thead>
              <tr>
                <th scope="col">Epoch</th>
                {series.map((each) => (
                  <th key={each.key} scope="col" className="number">
                    {each.name}
                  </th>
                ))}
                <th scope="col" className="number">
                  Together
                </th>
              </tr>
            </thead>
            <tbody>
              {[...bars].reverse().map((bar) => (
                <tr key={bar.epoch}>
                  <th scope="row">
                    {bar.epoch}
                    {!bar.isActive && <small> (in its challenge window)</small>}
                  </th>
                  {series.map((each, number) => (
                    <td key={each.key} className="number">
                      {amount(bar.segments.find((segment) => segment.series === number)?.amount ?? 0n)}
                    </td>
                  ))}
                  <td className="number">{amount(bar.total)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </details>
    </div>
  );
}
