/** Where an epoch's gross went: the poster's signed statement, read from its file and checked here. */
import { useQuery } from '@tanstack/react-query';
import { ApiProblem, fetchWhole, FormatError, readWaterfall, type WaterfallLine } from '@tributary/sdk';
import { useNetwork } from '../network/Network.js';
import { readableSubUnits } from '../ui/amount.js';
import { Copyable } from '../ui/Copyable.js';
import { Notice, Trouble, Waiting } from '../ui/Notice.js';
import { treeOf, type Branch } from './waterfall-tree.js';

export function WaterfallStatement({ root, decimals }: { root: string; decimals: number }) {
  const { api, files } = useNetwork();
  const query = useQuery({
    queryKey: ['waterfall', api.baseUrl, root],
    staleTime: Infinity, // what was signed never changes
    retry: 1,
    queryFn: async () => {
      try {
        const { data } = await api.get('/v1/roots/{root_id}/waterfall', { root_id: root });
        const waterfall = await readWaterfall(await fetchWhole(files, data.file));
        if (waterfall.root !== root) throw new FormatError('waterfall', 'it explains another root');
        return waterfall;
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 404) return null;
        throw error;
      }
    },
  });
  return (
    <section
      className={query.isPending ? 'sheet coming short' : 'sheet'}
      aria-labelledby="waterfall"
      data-waterfall={query.data ? 'checked' : ''}
    >
      <h2 id="waterfall">Where the money of this epoch went</h2>
      {query.isPending ? (
        <Waiting what="the statement" lines={8} />
      ) : query.isError ? (
        <Trouble
          error={query.error}
          tone="warn"
          what="The statement could not be checked."
          retry={() => void query.refetch()}
        />
      ) : query.data === null ? (
        <Notice tone="calm" title="No statement was published with this root.">
          <p>Roots that were struck down have none, nor have those from before statements.</p>
        </Notice>
      ) : (
        <>
          <p>
            {query.data.events.toLocaleString('en')} paid uses
            {query.data.voidEvents > 0
              ? `, of which ${query.data.voidEvents.toLocaleString('en')} were void and cost nobody anything`
              : ''}
            . A line with parts is their sum, to the last fraction: this page added it up, and the signature
            of <Copyable text={query.data.key} what="the poster’s key" /> holds.
          </p>
          {treeOf(query.data.lines).map((branch) => (
            <Statement key={branch.line.name} top={branch} decimals={decimals} />
          ))}
          <p>
            <small>
              Amounts are shown down to the smallest unit of the token. What is smaller counts in every sum
              and is carried to the next epoch.
            </small>
          </p>
        </>
      )}
    </section>
  );
}

function Statement({ top, decimals }: { top: Branch; decimals: number }) {
  return (
    <ul className="waterfall" aria-label={top.line.label}>
      <Row branch={top} whole={top.line.amount} decimals={decimals} />
    </ul>
  );
}

function Row({ branch, whole, decimals }: { branch: Branch; whole: bigint; decimals: number }) {
  const { line, parts } = branch;
  return (
    <li data-line={line.name}>
      <div className={parts.length > 0 ? 'fall sum' : 'fall'}>
        <span>{line.label}</span>
        <span className="amount">{readableSubUnits(line.amount, decimals)}</span>
        <Share line={line} whole={whole} />
      </div>
      {parts.length > 0 && (
        <ul>
          {parts.map((part) => (
            <Row key={part.line.name} branch={part} whole={whole} decimals={decimals} />
          ))}
        </ul>
      )}
    </li>
  );
}

/** How much of the whole a line is, as a bar; the number stands beside it. */
function Share({ line, whole }: { line: WaterfallLine; whole: bigint }) {
  const width = whole === 0n ? 0 : Number((line.amount * 1000n) / whole);
  return (
    <svg
      className="share"
      viewBox="0 0 1000 4"
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <rect width={width} height="4" />
    </svg>
  );
}
