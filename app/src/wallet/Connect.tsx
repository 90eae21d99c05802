/** Choosing a wallet: Phantom first, then any other that follows the Wallet Standard. */
import { useEffect, useRef, useState } from 'react';
import { useSelectedWalletAccount } from '@solana/react';
import { useConnect, useDisconnect, type UiWallet } from '@wallet-standard/react';
import { Copyable } from '../ui/Copyable.js';
import { rememberedWallet } from './SelectedWallet.js';

const PHANTOM = 'Phantom';

/** Phantom, then the others by name. */
function inOrder(wallets: readonly UiWallet[]): readonly UiWallet[] {
  const rank = (wallet: UiWallet): number => (wallet.name === PHANTOM ? 0 : 1);
  return [...wallets].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

/** Opens this page inside Phantom on a phone; follows a click, as Phantom asks. */
function phantomLink(): string {
  const here = encodeURIComponent(window.location.href);
  return `https://phantom.app/ul/browse/${here}?ref=${encodeURIComponent(window.location.origin)}`;
}

export function WalletChoice() {
  const [, , wallets] = useSelectedWalletAccount();
  const hasPhantom = wallets.some((wallet) => wallet.name === PHANTOM);
  const onPhone = window.matchMedia('(pointer: coarse)').matches;
  return (
    <ul className="wallets" aria-label="Wallets">
      {inOrder(wallets).map((wallet) => (
        <li key={wallet.name}>
          <ConnectButton wallet={wallet} />
        </li>
      ))}
      {!hasPhantom && (
        <li>
          <a
            className="wallet"
            href={onPhone ? phantomLink() : 'https://phantom.com/download'}
            rel="noreferrer"
          >
            <span className="wallet-icon phantom" aria-hidden="true" />
            <span>
              Phantom
              <small>{onPhone ? 'open this page in the app' : 'not found in this browser — get it'}</small>
            </span>
          </a>
        </li>
      )}
    </ul>
  );
}

function ConnectButton({ wallet }: { wallet: UiWallet }) {
  const [isConnecting, connect] = useConnect(wallet);
  const [, select] = useSelectedWalletAccount();
  const [refused, setRefused] = useState(false);
  const press = async () => {
    setRefused(false);
    try {
      const [account] = await connect();
      if (account) select(account);
    } catch {
      setRefused(true);
    }
  };
  return (
    <button type="button" className="wallet" onClick={() => void press()} disabled={isConnecting}>
      <img className="wallet-icon" src={wallet.icon} alt="" width="28" height="28" />
      <span>
        {wallet.name}
        <small role="status">
          {isConnecting
            ? 'waiting for you in the wallet…'
            : refused
              ? 'not connected — press to ask again'
              : 'connect'}
        </small>
      </span>
    </button>
  );
}

/** Asks the remembered wallet, without a window, to be connected again. */
export function Reconnect() {
  const [account, , wallets] = useSelectedWalletAccount();
  const remembered = rememberedWallet();
  const wallet = account || !remembered ? undefined : wallets.find((each) => each.name === remembered);
  return wallet ? <SilentConnect key={wallet.name} wallet={wallet} /> : null;
}

function SilentConnect({ wallet }: { wallet: UiWallet }) {
  const [, connect] = useConnect(wallet);
  const asked = useRef(false);
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    // The list of wallets subscribes to their changes in an effect that runs after
    // this one: a wallet that answers at once would otherwise not be heard. One that
    // has forgotten this page refuses; the choice then stays on screen.
    queueMicrotask(() => {
      connect({ silent: true }).catch(() => undefined);
    });
  }, [connect]);
  return null;
}

/** The connected account, and the way out. */
export function ConnectedWallet() {
  const [account, select, wallets] = useSelectedWalletAccount();
  const wallet = wallets.find((each) => each.accounts.some((one) => one.address === account?.address));
  if (!account || !wallet) return null;
  return (
    <div className="connected">
      <img className="wallet-icon" src={wallet.icon} alt={wallet.name} width="20" height="20" />
      <Copyable text={account.address} what="your address" />
      <Disconnect wallet={wallet} onDone={() => select(undefined)} />
    </div>
  );
}

function Disconnect({ wallet, onDone }: { wallet: UiWallet; onDone: () => void }) {
  return wallet.features.includes('standard:disconnect') ? (
    <DisconnectButton wallet={wallet} onDone={onDone} />
  ) : (
    <button type="button" className="quiet" onClick={onDone}>
      Disconnect
    </button>
  );
}

function DisconnectButton({ wallet, onDone }: { wallet: UiWallet; onDone: () => void }) {
  const [isLeaving, disconnect] = useDisconnect(wallet);
  const press = async () => {
    await disconnect().catch(() => undefined); // forgetting it here is what counts
    onDone();
  };
  return (
    <button type="button" className="quiet" disabled={isLeaving} onClick={() => void press()}>
      Disconnect
    </button>
  );
}
