/**
 * A signer for the connected account. On public clusters the wallet signs and
 * sends; on a private one it only signs, because its own RPC is elsewhere, and
 * the page sends.
 */
import type { ReactNode } from 'react';
import type { TransactionSigner } from '@solana/kit';
import { useWalletAccountTransactionSendingSigner, useWalletAccountTransactionSigner } from '@solana/react';
import type { UiWalletAccount } from '@wallet-standard/react';

/** The first 32 characters of each public cluster's genesis hash, as CAIP-2 names them. */
const CLUSTERS: Readonly<Record<string, `solana:${string}`>> = {
  '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp': 'solana:mainnet',
  EtWTRABZaYq6iMfeYKouRu166VU2xqa1: 'solana:devnet',
  '4uhcVJyU9pJkvQyS88uRDiswHScCKQY3': 'solana:testnet',
};

/** The Wallet Standard's name of a cluster; any unknown one is a local network. */
export function chainOf(genesis: string): `solana:${string}` {
  const known = Object.entries(CLUSTERS).find(([start]) => genesis.startsWith(start));
  return known?.[1] ?? 'solana:localnet';
}

/** A network as people call it. */
export function networkName(genesis: string): string {
  const name = chainOf(genesis).slice('solana:'.length);
  return name === 'localnet' ? 'the local network' : `Solana ${name}`;
}

type Chain = `solana:${string}`;
type Render = (signer: TransactionSigner) => ReactNode;

/** Hands a signer to its children, or says why this wallet cannot be one here. */
export function WithSigner(props: {
  account: UiWalletAccount;
  genesis: string;
  children: Render;
  otherwise: (reason: string) => ReactNode;
}) {
  const { account, genesis, children, otherwise } = props;
  const chain = chainOf(genesis);
  const isLocal = chain === 'solana:localnet';
  const signs = account.features.includes('solana:signTransaction');
  const sends = account.features.includes('solana:signAndSendTransaction');
  const listed = account.chains.filter((each): each is Chain => each.startsWith('solana:'));
  if (isLocal && signs && listed[0]) {
    // Wallets that do not list local networks still sign for them: the page sends.
    return <Signing account={account} chain={listed.includes(chain) ? chain : listed[0]} render={children} />;
  }
  if (!listed.includes(chain)) return otherwise(`This wallet is not set up for ${networkName(genesis)}.`);
  if (!isLocal && sends) return <Sending account={account} chain={chain} render={children} />;
  if (signs) return <Signing account={account} chain={chain} render={children} />;
  return otherwise(`This wallet cannot sign transactions for ${networkName(genesis)}.`);
}

function Sending({ account, chain, render }: { account: UiWalletAccount; chain: Chain; render: Render }) {
  return render(useWalletAccountTransactionSendingSigner(account, chain));
}

function Signing({ account, chain, render }: { account: UiWalletAccount; chain: Chain; render: Render }) {
  return render(useWalletAccountTransactionSigner(account, chain));
}
