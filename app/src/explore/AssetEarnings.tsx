/** What an asset has earned for all who share it, epoch by epoch and by the way its part was found. */
import type { Address } from '@solana/kit';
import type { EntryOf } from '@tributary/sdk';
import { useNetwork } from '../network/Network.js';
import { More, usePages } from '../network/usePages.js';
import { readableSubUnits, shortened } from '../ui/amount.js';
import { Notice, Trouble, Waiting } from '../ui/Notice.js';
import { Scroll } from '../ui/Scroll.js';
import { POLICIES } from '../why/sources.js';

type Usage = EntryOf<'/v1/assets/{asset}/usage'>;

const PAGE = 25;

export function AssetEarnings({ asset, isDisputed }: { asset: Address; isDisputed: boolean }) {
  const { vaults } = useNetwork();
  return (
    <section className="sheet" aria-labelledby="asset-earnings">
      <h2 id="asset-earnings">What it has earned</h2>
      {isDisputed && (
        <p>
          What is earned while the dispute is open is held. It does not stand here before the dispute ends.
        </p>
      )}
      {vaults.map((vault) => (
        <InVault key={vault} asset={asset} vault={vault} isOnlyOne={vaults.length === 1} />
      ))}
    </section>
  );
}

function InVault(props: { asset: Address; vault: Address; isOnlyOne: boolean }) {
  const { asset, vault, isOnlyOne } = props;
  const { api } = useNetwork();
  const { query, entries: rows } = usePages({
    key: ['asset-usage', api.baseUrl, asset, vault],
    read: (cursor) => api.get('/v1/assets/{asset}/usage', { asset, vault, limit: PAGE, cursor }),
  });
  return (
    <>
      {!isOnlyOne && <h3>In the vault {shortened(vault)}</h3>}
      {query.isPending ? (
        <Waiting what="what it has earned" lines={4} />
      ) : query.isError ? (
        <Trouble
          error={query.error}
          what="What it has earned could not be read."
          retry={() => void query.refetch()}
        />
      ) : rows.length === 0 ? (
        <Notice tone="calm" title="Nothing so far.">
          <p>A row stands here for each epoch in which a paid answer used it.</p>
        </Notice>
      ) : (
        <Rows rows={rows} />
      )}
      <More of={query} label="More" />
    </>
  );
}

function Rows({ rows }: { rows: readonly Usage[] }) {
  return (
    <Scroll label="Earnings of this asset">
      <table className="ledger stacks">
        <caption className="visually-hidden">By epoch and by how its part was found</caption>
        <thead>
          <tr>
            <th scope="col">Shared by</th>
            <th scope="col">Epoch, and how its part was found</th>
            <th scope="col" className="number">
              Earned
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.epoch} ${row.policy}`}>
              <td>{row.claimants === 1 ? 'one address' : `${row.claimants} addresses`}</td>
              <td>
                Epoch {row.epoch}, {policyOf(row.policy).name}{' '}
                <small>
                  {policyOf(row.policy).meaning}
                  {row.is_active ? '' : '; its root does not serve yet'}
                </small>
              </td>
              <td className="number">{readableSubUnits(BigInt(row.amount), row.token.decimals)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** An older page may meet a policy that it does not know. */
function policyOf(policy: string): { readonly name: string; readonly meaning: string } {
  return policy in POLICIES ? POLICIES[policy as keyof typeof POLICIES] : { name: policy, meaning: '' };
}
