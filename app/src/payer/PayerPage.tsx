/** The payer's side: what was deposited, what of it is left, who may spend it. */
import { useQuery } from '@tanstack/react-query';
import { address, type Address } from '@solana/kit';
import { useSelectedWalletAccount } from '@solana/react';
import type { DataOf } from '@tributary/sdk';
import { useNetwork } from '../network/Network.js';
import { Amount } from '../ui/Amount.js';
import { readableText } from '../ui/amount.js';
import { Copyable } from '../ui/Copyable.js';
import { Notice, Trouble, Waiting } from '../ui/Notice.js';
import { WalletChoice } from '../wallet/Connect.js';
import { WithSigner } from '../wallet/signer.js';
import { Deposit, Refund } from './Money.js';
import { Spending } from './Spending.js';
import { Scroll } from '../ui/Scroll.js';

export type Payer = DataOf<'/v1/payers/{payer}'>;

const POLL_MS = 6_000;

export function PayerPage({ payer: linked }: { payer: Address | undefined }) {
  const [account] = useSelectedWalletAccount();
  const payer = linked ?? (account ? address(account.address) : undefined);
  return (
    <>
      <div className="statement-head">
        <h1>Pay for answers</h1>
        {payer ? (
          <p className="whose">
            <Copyable text={payer} what="the payer’s address" head={6} tail={6} />
            {payer !== account?.address && <span className="badge">read-only view</span>}
          </p>
        ) : (
          <p className="lead">
            Deposit once, sign how much a gateway may spend, and call agents with any OpenAI client. What you
            do not spend you can take back.
          </p>
        )}
      </div>
      {payer && <Standing key={payer} payer={payer} isOwn={payer === account?.address} />}
      {!account && (
        <section className="sheet" aria-labelledby="connect">
          <h2 id="connect">Connect a wallet</h2>
          <WalletChoice />
        </section>
      )}
    </>
  );
}

function Standing({ payer, isOwn }: { payer: Address; isOwn: boolean }) {
  const { api, vaults, genesis } = useNetwork();
  const [account] = useSelectedWalletAccount();
  const query = useQuery({
    queryKey: ['payer', api.baseUrl, payer],
    queryFn: () => api.get('/v1/payers/{payer}', { payer }),
    refetchInterval: POLL_MS,
    retry: 1,
  });
  if (query.isPending) {
    return (
      <section className="sheet coming">
        <Waiting what="what was deposited" lines={6} />
      </section>
    );
  }
  return (
    <>
      <section className="sheet" aria-labelledby="credit">
        <h2 id="credit">Credit</h2>
        {query.isError ? (
          <Trouble
            error={query.error}
            tone="warn"
            what="What was deposited could not be read."
            retry={() => void query.refetch()}
          />
        ) : query.data.data.accounts.length === 0 ? (
          <Notice tone="calm" title="Nothing was deposited yet.">
            <p>A deposit becomes credit once it is final on the chain, in about fifteen seconds.</p>
          </Notice>
        ) : (
          query.data.data.accounts.map((each) => <Credit key={each.token.vault} account={each} />)
        )}
        {isOwn && account && vaults[0] && (
          <WithSigner account={account} genesis={genesis} otherwise={(reason) => <p>{reason}</p>}>
            {(signer) => (
              <div className="acts">
                <Deposit signer={signer} vault={vaults[0] ?? payer} onDone={() => query.refetch()} />
                <Refund
                  signer={signer}
                  vault={vaults[0] ?? payer}
                  standing={query.data?.data.accounts.find((each) => each.token.vault === vaults[0])}
                  onDone={() => query.refetch()}
                />
              </div>
            )}
          </WithSigner>
        )}
      </section>
      {query.data && (
        <Spending
          payer={payer}
          known={query.data.data}
          slot={query.data.as_of_slot}
          isOwn={isOwn}
          onDone={() => query.refetch()}
        />
      )}
      {query.data && query.data.data.deposits.length > 0 && <Deposits deposits={query.data.data.deposits} />}
    </>
  );
}

function Credit({ account: { token, ...of } }: { account: Payer['accounts'][number] }) {
  const figure = (units: string) => <Amount units={BigInt(units)} decimals={token.decimals} />;
  return (
    <>
      <dl className="figures">
        <div className="chief">
          <dt>Can be spent</dt>
          <dd data-figure="available">{figure(of.available)}</dd>
        </div>
        <div className={of.arriving === '0' ? undefined : 'soon'}>
          <dt>Arriving</dt>
          <dd data-figure="arriving">{figure(of.arriving)}</dd>
        </div>
        <div>
          <dt>Lent to gateways</dt>
          <dd>{figure(of.leased)}</dd>
        </div>
        <div>
          <dt>Deposited in all</dt>
          <dd data-figure="deposited">{figure(of.deposited)}</dd>
        </div>
      </dl>
      {of.refund_requested && (
        <Notice tone="warn" title="A refund was asked for.">
          <p>Nothing new is spent. What is left comes with one of the next roots, and can then be claimed.</p>
        </Notice>
      )}
    </>
  );
}

function Deposits({ deposits }: { deposits: Payer['deposits'] }) {
  return (
    <section className="sheet" aria-labelledby="deposits">
      <h2 id="deposits">Deposits</h2>
      <Scroll label="Deposits">
        <table className="ledger">
          <caption className="visually-hidden">Deposits, newest first</caption>
          <thead>
            <tr>
              <th scope="col">Slot</th>
              <th scope="col" className="number">
                Arrived
              </th>
              <th scope="col" className="number">
                In all since
              </th>
            </tr>
          </thead>
          <tbody>
            {deposits.map(({ token, sequence, slot, amount, payer_total }) => (
              <tr key={`${token.vault} ${sequence}`}>
                <td>{slot.toLocaleString('en')}</td>
                <td className="number">{readableText(BigInt(amount), token.decimals)}</td>
                <td className="number">{readableText(BigInt(payer_total), token.decimals)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
