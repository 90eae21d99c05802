/** Paying in, and asking for the rest back. */
import { useId } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { Address, TransactionSigner } from '@solana/kit';
import { deposit, fetchVaultState, requestRefund, tokenBalance, withdrawRefundRequest } from '@tributary/sdk';
import { useNetwork } from '../network/Network.js';
import { Act, textOf } from '../ui/Act.js';
import { readableText, typedAmount } from '../ui/amount.js';
import type { Payer } from './PayerPage.js';

interface Props {
  readonly signer: TransactionSigner;
  readonly vault: Address;
  readonly onDone: () => unknown;
}

const DOING = 'Waiting for the wallet and the chain…';

export function Deposit({ signer, vault, onDone }: Props) {
  const { rpc, rpcUrl } = useNetwork();
  const id = useId();
  const held = useQuery({
    queryKey: ['held', rpcUrl, vault, signer.address],
    queryFn: async () => {
      const { vault: account } = await fetchVaultState(rpc, vault, signer.address);
      const { mint, tokenProgram, decimals } = account;
      return { decimals, units: await tokenBalance(rpc, signer.address, mint, tokenProgram) };
    },
    refetchInterval: 10_000,
  });
  const { decimals, units } = held.data ?? { decimals: 0, units: 0n };
  return (
    <Act
      does="Deposit"
      doing={DOING}
      failed="Nothing was deposited."
      disabled={!held.data}
      read={(fields) => {
        const amount = typedAmount(textOf(fields, 'amount'), decimals);
        if (amount === undefined) return `Write an amount above zero with at most ${decimals} decimals.`;
        if (amount > units) return `The wallet holds ${readableText(units, decimals)}.`;
        return async () => {
          await deposit({ rpc, vault, payer: signer, amount });
          onDone();
          void held.refetch();
          return <p>{readableText(amount, decimals)} arrived in the vault. It is credit once it is final.</p>;
        };
      }}
    >
      <label htmlFor={`${id}-amount`}>
        Deposit <small>the wallet holds {held.data ? readableText(units, decimals) : '…'}</small>
      </label>
      <input id={`${id}-amount`} name="amount" inputMode="decimal" autoComplete="off" />
    </Act>
  );
}

export function Refund(props: Props & { readonly standing: Payer['accounts'][number] | undefined }) {
  const { signer, vault, standing, onDone } = props;
  const { rpc } = useNetwork();
  if (!standing) return null;
  const isAsked = standing.refund_requested;
  return (
    <Act
      key={String(isAsked)}
      does={isAsked ? 'Go on spending instead' : 'Ask for the rest back'}
      doing={DOING}
      failed="Nothing was changed."
      read={() => async () => {
        await (isAsked ? withdrawRefundRequest : requestRefund)({ rpc, vault, payer: signer });
        onDone();
        return (
          <p>
            {isAsked
              ? 'Gateways may spend again.'
              : 'New calls stop now; what is left comes with one of the next roots.'}
          </p>
        );
      }}
    >
      <p>
        <small>
          {isAsked
            ? 'The refund comes with a root. Until then you can take the request back.'
            : 'What no gateway has spent comes back as something to claim.'}
        </small>
      </p>
    </Act>
  );
}
