/** Which wallet account is selected, remembered on this device and asked for silently on return. */
import type { ReactNode } from 'react';
import { SelectedWalletAccountContextProvider } from '@solana/react';
import type { UiWallet } from '@wallet-standard/react';

const KEY = 'tributary.wallet';

/** What a wallet must be able to do here. */
const canSign = (wallet: UiWallet): boolean =>
  wallet.chains.some((chain) => chain.startsWith('solana:')) &&
  wallet.features.includes('standard:connect') &&
  (wallet.features.includes('solana:signTransaction') ||
    wallet.features.includes('solana:signAndSendTransaction'));

const storage = {
  getSelectedWallet: () => attempt(() => window.localStorage.getItem(KEY)) ?? null,
  storeSelectedWallet: (key: string) => attempt(() => window.localStorage.setItem(KEY, key)),
  deleteSelectedWallet: () => attempt(() => window.localStorage.removeItem(KEY)),
};

/** The remembered wallet's name. */
export function rememberedWallet(): string | undefined {
  return storage.getSelectedWallet()?.split(':')[0];
}

export function SelectedWallet({ children }: { children: ReactNode }) {
  return (
    <SelectedWalletAccountContextProvider filterWallets={canSign} stateSync={storage}>
      {children}
    </SelectedWalletAccountContextProvider>
  );
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined; // storage may be forbidden: nothing is remembered then
  }
}
