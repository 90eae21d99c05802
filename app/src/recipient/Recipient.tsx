/** Who receives what this address is owed: itself, or whom it has chosen. */
import { useId } from 'react';
import { address, isAddress, type TransactionSigner } from '@solana/kit';
import { useSelectedWalletAccount } from '@solana/react';
import { setRecipient, type VaultClaimable } from '@tributary/sdk';
import { useNetwork } from '../network/Network.js';
import { useRefreshAfterPayment } from '../statement/useClaimables.js';
import { Act, textOf } from '../ui/Act.js';
import { Copyable } from '../ui/Copyable.js';
import { WithSigner } from '../wallet/signer.js';

export function Recipient({ now }: { now: VaultClaimable }) {
  const { genesis } = useNetwork();
  const [account] = useSelectedWalletAccount();
  const isOther = now.receiver !== now.claimant;
  return (
    <details className="recipient">
      <summary>
        {isOther ? 'Paid to another address that you chose' : 'Paid to this address; you may choose another'}
      </summary>
      <p>
        Whoever starts a claim, the tokens go to{' '}
        {isOther ? (
          <Copyable text={now.receiver} what="the recipient’s address" head={6} tail={6} />
        ) : (
          'this address'
        )}
        . The choice counts for all vaults, and only the key that earned can make it.
      </p>
      {account?.address === now.claimant ? (
        <WithSigner account={account} genesis={genesis} otherwise={(reason) => <p>{reason}</p>}>
          {(signer) => <Choice now={now} signer={signer} />}
        </WithSigner>
      ) : (
        <p>
          <small>Connect the wallet of this address to choose.</small>
        </p>
      )}
    </details>
  );
}

function Choice({ now, signer }: { now: VaultClaimable; signer: TransactionSigner }) {
  const { rpc } = useNetwork();
  const refresh = useRefreshAfterPayment();
  const id = useId();
  const choose = (recipient: string) => async () => {
    const chosen = recipient === '' ? {} : { recipient: address(recipient) };
    await setRecipient({ rpc, claimant: signer, ...chosen });
    await refresh();
    return <p>{recipient === '' ? 'You receive yourself again.' : 'The next claim is paid there.'}</p>;
  };
  return (
    <>
      <Act
        does="Choose"
        doing="Waiting for the wallet and the chain…"
        failed="The choice was not made."
        read={(fields) => {
          const recipient = textOf(fields, 'recipient');
          if (!isAddress(recipient))
            return 'That is not a Solana address: it has 32 to 44 letters and digits.';
          if (recipient === now.claimant) return 'That is this address itself: take the choice back instead.';
          return choose(recipient);
        }}
      >
        <label htmlFor={`${id}-recipient`}>Address that receives</label>
        <input id={`${id}-recipient`} name="recipient" autoComplete="off" spellCheck={false} />
      </Act>
      {now.receiver !== now.claimant && (
        <Act
          does="Receive yourself again"
          doing="Waiting for the wallet and the chain…"
          failed="The choice stands as it was."
          read={() => choose('')}
        />
      )}
    </>
  );
}
