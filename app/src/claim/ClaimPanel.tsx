/**
 * One button for everything due in a vault. What it costs and whether that can be
 * paid stands beside it before anyone signs; "paid" is said only when the chain
 * has confirmed it without an error.
 */
import { useId, useState } from 'react';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { TransactionSigner } from '@solana/kit';
import { useSelectedWalletAccount } from '@solana/react';
import {
  buildClaim,
  claim,
  NothingToClaim,
  type ClaimReceipt,
  type ClaimStep,
  type PreparedClaim,
  type VaultClaimable,
} from '@tributary/sdk';
import { useNetwork } from '../network/Network.js';
import { useRefreshAfterPayment } from '../statement/useClaimables.js';
import { readableSol, readableText, shortened } from '../ui/amount.js';
import { Copyable } from '../ui/Copyable.js';
import { Notice, Trouble, Waiting } from '../ui/Notice.js';
import { WalletChoice } from '../wallet/Connect.js';
import { WithSigner } from '../wallet/signer.js';
import { useLookupTables } from './useLookupTables.js';

export function ClaimPanel({ now }: { now: VaultClaimable }) {
  const { genesis } = useNetwork();
  const [account] = useSelectedWalletAccount();
  // The receipt outlives the amount that was due.
  const [receipt, setReceipt] = useState<ClaimReceipt>();
  return (
    <div className="claim">
      {receipt && <Paid receipt={receipt} now={now} onClose={() => setReceipt(undefined)} />}
      {now.due > 0n ? (
        account ? (
          <WithSigner
            account={account}
            genesis={genesis}
            otherwise={(reason) => (
              <Notice tone="warn" title={reason}>
                <p>Change the network in the wallet, or choose another wallet.</p>
              </Notice>
            )}
          >
            {(signer) => <Claimer now={now} signer={signer} onPaid={setReceipt} />}
          </WithSigner>
        ) : (
          <div className="claim">
            <Notice tone="calm" title="Connect a wallet to claim.">
              <p>Anyone can pay the fee; the tokens go to {shortened(now.receiver)} alone.</p>
            </Notice>
            <WalletChoice />
          </div>
        )
      ) : (
        !receipt && <NothingDue now={now} />
      )}
    </div>
  );
}

/** Why there is no button. */
function NothingDue({ now }: { now: VaultClaimable }) {
  const granted = now.classes.some((each) => each.cumulative > 0n || each.claimed > 0n);
  const soon = now.classes.some((each) => each.soon > 0n);
  if (granted) {
    return (
      <Notice tone="calm" title="There is nothing to claim right now.">
        <p>Everything the newest root grants has been paid. {soon ? 'More comes with the next root.' : ''}</p>
      </Notice>
    );
  }
  if (soon) {
    return (
      <Notice tone="calm" title="Your first credit is on its way.">
        <p>
          It stands in the root that is in its challenge window, and can be claimed when that root serves.
        </p>
      </Notice>
    );
  }
  if (!now.root) {
    return (
      <Notice tone="calm" title="Nothing yet.">
        <p>No root has been posted for this vault so far. Credit appears here with the first one.</p>
      </Notice>
    );
  }
  return (
    <Notice tone="calm" title="This address has no entitlement here.">
      <p>
        The newest root has {now.root.leafCount.toLocaleString('en')} leaves, and none of them is for{' '}
        {shortened(now.claimant)}. Credit goes to the keys named as co-owners when an asset was registered:
        check that this is the right one.
      </p>
    </Notice>
  );
}

const STEPS: Readonly<Record<ClaimStep, string>> = {
  building: 'Rebuilding the proof and trying it out on the chain…',
  signing: 'Waiting for you in the wallet…',
  confirming: 'Sent. Waiting for the chain to confirm…',
};

function Claimer(props: {
  now: VaultClaimable;
  signer: TransactionSigner;
  onPaid: (receipt: ClaimReceipt) => void;
}) {
  const { now, signer, onPaid } = props;
  const { rpc, rpcUrl, files } = useNetwork();
  const refresh = useRefreshAfterPayment();
  const [step, setStep] = useState<ClaimStep>('building');
  const costsId = useId();
  const lookupTables = useLookupTables();
  const options = lookupTables ? { lookupTables } : {};
  const query = { rpc, files, vault: now.vault, claimant: now.claimant, payer: signer, options };

  const prepared = useQuery({
    queryKey: [
      'prepared',
      rpcUrl,
      now.vault,
      now.claimant,
      signer.address,
      now.due.toString(),
      now.root?.epoch.toString(),
      Object.keys(lookupTables ?? {}),
    ],
    enabled: lookupTables !== undefined,
    queryFn: () => buildClaim(query),
    retry: 1,
  });
  const claiming = useMutation({
    mutationFn: () => claim({ ...query, onStep: setStep }),
    onSuccess: onPaid,
    onSettled: refresh,
  });

  const cost = prepared.data;
  const forAnother = signer.address !== now.claimant;
  const blocked = cost !== undefined && !cost.affordable;
  return (
    <>
      {cost ? (
        <Costs id={costsId} cost={cost} now={now} />
      ) : prepared.isError && !(prepared.error instanceof NothingToClaim) ? (
        <Trouble
          error={prepared.error}
          what="The claim was tried out and would fail."
          retry={() => void prepared.refetch()}
        />
      ) : (
        <Waiting what="fee and rent" lines={3} />
      )}
      {blocked && (
        <Notice tone="warn" title="There is not enough SOL for fee and rent.">
          <p>
            Send at least {readableSol(cost.feeLamports + cost.rentLamports - cost.balanceLamports)} SOL to{' '}
            <Copyable text={signer.address} what="the paying address" />, or let somebody else pay: anyone can
            open this page for your address.
          </p>
        </Notice>
      )}
      <div className="claim-act">
        <button
          type="button"
          className="primary"
          aria-describedby={costsId}
          disabled={!cost || blocked || claiming.isPending}
          onClick={() => claiming.mutate()}
        >
          {claiming.isPending
            ? 'Claiming…'
            : `Claim ${readableText(cost?.amount ?? now.due, now.account.decimals)}`}
          {forAnother && !claiming.isPending && <small> for {shortened(now.claimant)}</small>}
        </button>
        <p className="underway" role="status">
          {claiming.isPending ? STEPS[step] : ''}
        </p>
      </div>
      {claiming.isError && <Trouble error={claiming.error} what="The claim did not go through." />}
    </>
  );
}

/** What arrives, what it costs, and what there is to pay it with. */
function Costs({ id, cost, now }: { id: string; cost: PreparedClaim; now: VaultClaimable }) {
  return (
    <dl className="costs" id={id}>
      <div>
        <dt>Arrives in</dt>
        <dd>
          <Copyable text={cost.destination} what="the receiving token account" />
        </dd>
      </div>
      <div>
        <dt>Network fee</dt>
        <dd>{readableSol(cost.feeLamports)} SOL</dd>
      </div>
      <div>
        <dt>
          Rent{' '}
          <small>
            {cost.rentLamports > 0n ? 'once, for accounts this claim opens' : 'all accounts exist'}
          </small>
        </dt>
        <dd>{readableSol(cost.rentLamports)} SOL</dd>
      </div>
      <div>
        <dt>Paying account has</dt>
        <dd>{readableSol(cost.balanceLamports)} SOL</dd>
      </div>
      {cost.left > 0n && (
        <div>
          <dt>Left for a second claim</dt>
          <dd>{readableText(cost.left, now.account.decimals)}</dd>
        </div>
      )}
    </dl>
  );
}

function Paid({
  receipt,
  now,
  onClose,
}: {
  receipt: ClaimReceipt;
  now: VaultClaimable;
  onClose: () => void;
}) {
  return (
    <Notice
      tone="good"
      title={`Paid: ${readableText(receipt.paid, now.account.decimals)} arrived.`}
      action={
        <button type="button" className="quiet" onClick={onClose}>
          Done
        </button>
      }
    >
      <p>
        Confirmed in slot {receipt.slot.toLocaleString('en')}, signature{' '}
        <Copyable text={receipt.signature} what="the transaction’s signature" head={6} tail={6} />
      </p>
    </Notice>
  );
}
