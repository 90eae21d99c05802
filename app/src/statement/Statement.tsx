/** Everything an address has: one sheet a vault, then the history. */
import { lazy, Suspense, useId } from 'react';
import type { Address } from '@solana/kit';
import type { VaultClaimable } from '@tributary/sdk';
import { ClaimPanel } from '../claim/ClaimPanel.js';
import { ProofCheck } from '../claim/ProofCheck.js';
import { History } from '../history/History.js';
import { Recipient } from '../recipient/Recipient.js';
import { Amount } from '../ui/Amount.js';
import { shortened } from '../ui/amount.js';
import { Copyable } from '../ui/Copyable.js';
import { Notice, Trouble, Waiting } from '../ui/Notice.js';
import { Why } from '../why/Why.js';
import { HeldNotice } from './HeldNotice.js';
import { RootClock } from './RootClock.js';
import { useClaimables, type VaultAnswer } from './useClaimables.js';
import { useHeld, type HeldAnswer } from './useHeld.js';
import { useTokenBalance } from './useTokenBalance.js';

// The chart waits for the figures anyway: it is no part of the first load.
const Earnings = lazy(async () => ({ default: (await import('../earnings/Earnings.js')).Earnings }));

export function Statement({
  claimant,
  isOwn,
  onLeave,
}: {
  claimant: Address;
  isOwn: boolean;
  onLeave: () => void;
}) {
  const answers = useClaimables(claimant);
  const held = useHeld(claimant);
  return (
    <>
      <div className="statement-head">
        <h1>{isOwn ? 'What your work has earned' : 'What this address has earned'}</h1>
        <p className="whose">
          <Copyable text={claimant} what="the address" head={6} tail={6} />
          {!isOwn && (
            <>
              <span className="badge">read-only view</span>
              <button type="button" className="linkish" onClick={onLeave}>
                leave it
              </button>
            </>
          )}
        </p>
      </div>
      {answers.length === 0 && (
        <section className="sheet">
          <Notice tone="calm" title="There is no vault on this network yet.">
            <p>
              Vaults are created by the governor, one for each token. Once there is one, earnings show here.
            </p>
          </Notice>
        </section>
      )}
      {answers.map((answer) => (
        <VaultSheet key={answer.vault} answer={answer} held={held} />
      ))}
      <History claimant={claimant} />
    </>
  );
}

function VaultSheet(props: { answer: VaultAnswer; held: HeldAnswer | undefined }) {
  const { vault, query } = props.answer;
  if (query.isPending) {
    return (
      <section className="sheet coming">
        <Waiting what="what the chain says about this vault" lines={7} />
      </section>
    );
  }
  return (
    <section className="sheet" aria-label={`Vault ${shortened(vault)}`}>
      {query.isError && (
        <Trouble
          error={query.error}
          what={
            query.data
              ? 'The newest state could not be read; what is below is older.'
              : 'This vault could not be read.'
          }
          retry={() => void query.refetch()}
        />
      )}
      {query.data && <Vault now={query.data} held={props.held} />}
    </section>
  );
}

function Vault({ now, held }: { now: VaultClaimable; held: HeldAnswer | undefined }) {
  const { decimals } = now.account;
  const balance = useTokenBalance(now);
  const id = useId();
  const sum = (of: 'soon' | 'claimed' | 'cumulative'): bigint =>
    now.classes.reduce((all, each) => all + each[of], 0n);
  return (
    <>
      <dl className="figures" id={id}>
        <div className="chief">
          <dt>Claimable now</dt>
          <dd data-figure="due">
            <Amount units={now.due} decimals={decimals} />
          </dd>
        </div>
        <div className={sum('soon') > 0n ? 'soon' : undefined}>
          <dt>With the next root</dt>
          <dd data-figure="soon">
            {now.pendingTrouble ? 'not known' : <Amount units={sum('soon')} decimals={decimals} />}
          </dd>
        </div>
        <div>
          <dt>Earned in total</dt>
          <dd data-figure="total">
            <Amount units={sum('cumulative')} decimals={decimals} />
          </dd>
        </div>
        <div>
          <dt>In the wallet</dt>
          <dd data-figure="balance">
            {balance === undefined ? '–' : <Amount units={balance} decimals={decimals} />}
          </dd>
        </div>
      </dl>
      <RootClock now={now} />
      {held && <HeldNotice held={held} now={now} />}
      <ClaimPanel now={now} />
      <ProofCheck now={now} />
      <Recipient now={now} />
      {now.account.freezable && (
        <p>
          <small>This token’s issuer can freeze accounts that hold it.</small>
        </p>
      )}
      <Why now={now} />
      <Suspense fallback={<Waiting what="the earnings of each epoch" lines={6} />}>
        <Earnings now={now} />
      </Suspense>
    </>
  );
}
