/** The owner's two transactions: a sealed commitment, and, some slots later, the record. */
import { useState } from 'react';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { TransactionSigner } from '@solana/kit';
import { useSelectedWalletAccount } from '@solana/react';
import { datasetStanding, registerDataset, type RegisterStep } from '@tributary/sdk';
import { useNetwork } from '../network/Network.js';
import { shortened } from '../ui/amount.js';
import { Notice, Trouble, Waiting } from '../ui/Notice.js';
import { WalletChoice } from '../wallet/Connect.js';
import { WithSigner } from '../wallet/signer.js';
import type { Offered } from './tickets.js';

const POLL_MS = 2_000;

const STEPS: Readonly<Record<RegisterStep, string>> = {
  committing: 'First signature: the sealed commitment. It says that you have this text, and not which.',
  waiting: 'The commitment stands. Waiting some slots, so that nobody who saw it can be first…',
  revealing: 'Second signature: the record, with licence and permitted uses.',
};

export function Register({ offered }: { offered: Offered }) {
  const { genesis } = useNetwork();
  const [account] = useSelectedWalletAccount();
  const { owner } = offered.declaration;
  if (account?.address !== owner) {
    return (
      <>
        <p>Only {shortened(owner, 6, 6)} can register it: connect that wallet.</p>
        {!account && <WalletChoice />}
      </>
    );
  }
  return (
    <WithSigner
      account={account}
      genesis={genesis}
      otherwise={(reason) => (
        <Notice tone="warn" title={reason}>
          <p>Change the network in the wallet, or choose another wallet.</p>
        </Notice>
      )}
    >
      {(signer) => <Signing offered={offered} signer={signer} />}
    </WithSigner>
  );
}

function Signing({ offered, signer }: { offered: Offered; signer: TransactionSigner }) {
  const { ticket, declaration } = offered;
  const { rpc, rpcUrl } = useNetwork();
  const [step, setStep] = useState<RegisterStep>('committing');
  const standing = useQuery({
    queryKey: ['dataset', ticket.id],
    queryFn: () => datasetStanding(ticket),
    refetchInterval: (query) => (query.state.data?.registration ? false : POLL_MS),
  });
  const asset = standing.data?.registration?.asset;
  const isThere = useQuery({
    queryKey: ['record', rpcUrl, asset],
    enabled: asset !== undefined,
    refetchInterval: (query) => (query.state.data === true ? false : POLL_MS),
    queryFn: async () => {
      if (!asset) return false;
      const signal = AbortSignal.timeout(15_000);
      const { value } = await rpc.getAccountInfo(asset, { encoding: 'base64' }).send({ abortSignal: signal });
      return value !== null;
    },
  });
  const registering = useMutation({
    mutationFn: async () =>
      registerDataset({
        rpc,
        owner: signer,
        declaration,
        standing: await datasetStanding(ticket),
        onStep: setStep,
      }),
  });
  if (standing.isError && !standing.data) {
    return (
      <Trouble
        error={standing.error}
        what="The gateway does not say what to sign."
        retry={() => void standing.refetch()}
      />
    );
  }
  if (!asset || isThere.isPending) return <Waiting what="what is to be signed" lines={2} />;
  if (registering.isSuccess || (isThere.data === true && !registering.isPending)) {
    return (
      <p role="status">The record is on the chain. It counts once it is final, in about fifteen seconds.</p>
    );
  }
  return (
    <div className="claim">
      <div className="claim-act">
        <button
          type="button"
          className="primary"
          disabled={registering.isPending}
          onClick={() => registering.mutate()}
        >
          {registering.isPending ? 'Registering…' : 'Register it'}
        </button>
        <p className="underway" role="status">
          {registering.isPending ? STEPS[step] : ''}
        </p>
      </div>
      {registering.isError && (
        <Trouble error={registering.error} what="It is not registered yet. Nothing that was done is lost." />
      )}
    </div>
  );
}
