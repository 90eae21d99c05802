/** A collection: who keeps it, what that costs its members, and what is in it. */
import { useQuery } from '@tanstack/react-query';
import { address, type Address } from '@solana/kit';
import type { AnswerOf } from '@tributary/sdk';
import { useNetwork } from '../network/Network.js';
import { shortened } from '../ui/amount.js';
import { Copyable } from '../ui/Copyable.js';
import { GoTo } from '../ui/GoTo.js';
import { Notice, Waiting } from '../ui/Notice.js';
import { NotRead } from '../ui/NotRead.js';
import { Scroll } from '../ui/Scroll.js';
import { Fact } from './AssetPage.js';
import { percent } from './terms.js';

type Answer = AnswerOf<'/v1/collections/{collection}'>;
type Member = Answer['data']['members'][number];

export function CollectionPage({ collection }: { collection: Address }) {
  const { api } = useNetwork();
  const query = useQuery({
    queryKey: ['collection', api.baseUrl, collection],
    queryFn: () => api.get('/v1/collections/{collection}', { collection }),
    retry: 1,
  });
  return (
    <>
      <div className="statement-head">
        <h1>{query.data?.data.name ?? shortened(collection, 6, 6)}</h1>
        <p className="whose">
          <span className="badge">collection</span>
          <Copyable text={collection} what="the collection’s address" head={6} tail={6} />
        </p>
      </div>
      <section className={query.isPending ? 'sheet coming short' : 'sheet'} aria-labelledby="members">
        <h2 id="members">What is in it</h2>
        {query.isPending ? (
          <Waiting what="the collection" lines={6} />
        ) : query.isError ? (
          <NotRead error={query.error} what="collection" retry={() => void query.refetch()} />
        ) : (
          <Collection answer={query.data} />
        )}
      </section>
    </>
  );
}

function Collection({ answer: { data, as_of_slot: slot } }: { answer: Answer }) {
  return (
    <>
      <dl className="facts">
        <Fact what="Curator">
          <GoTo view={{ kind: 'earnings', claimant: address(data.curator) }}>
            {shortened(data.curator, 6, 6)}
          </GoTo>
        </Fact>
        <Fact what="The curator’s share of what new members earn">{percent(data.share_bps)}</Fact>
      </dl>
      {data.members.length === 0 ? (
        <Notice tone="calm" title="Nothing is in it yet." />
      ) : (
        <Scroll label="Members">
          <table className="ledger stacks">
            <caption className="visually-hidden">Members of the collection</caption>
            <thead>
              <tr>
                <th scope="col">Member</th>
                <th scope="col">Asset</th>
                <th scope="col" className="number">
                  Curator’s share
                </th>
              </tr>
            </thead>
            <tbody>
              {data.members.map((member) => (
                <tr key={`${member.asset.asset} ${member.from_slot}`}>
                  <td>{standing(member, slot)}</td>
                  <td>
                    <GoTo view={{ kind: 'asset', asset: address(member.asset.asset) }}>
                      {member.asset.name ?? shortened(member.asset.asset, 6, 6)}
                    </GoTo>
                  </td>
                  <td className="number">{percent(member.share_bps)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {data.is_cut && <p>There are more than are shown here.</p>}
    </>
  );
}

/** Whether a member counts at a slot. */
function standing({ from_slot: from, until_slot: until }: Member, slot: number): string {
  if (from > slot) return `from slot ${from.toLocaleString('en')}`;
  if (until === null) return 'now';
  return until > slot
    ? `until slot ${until.toLocaleString('en')}`
    : `left in slot ${until.toLocaleString('en')}`;
}
