/**
 * A Wallet Standard wallet for tests, injected before the page loads. It signs for
 * real, with an Ed25519 key in WebCrypto; it asks nobody, so it is no example.
 *
 * The function below runs in the browser: it may use nothing from this module.
 */
import type { Page } from 'playwright-core';

/** What the wallet is told. */
export interface TestWallet {
  readonly name: string;
  /** A Solana key file: 32 bytes of seed, 32 bytes of public key. */
  readonly secret: readonly number[];
  readonly address: string;
  /** Refuses to sign, as a person would. */
  readonly refuses?: boolean;
  /** The networks it knows; the usual ones when left out. */
  readonly chains?: readonly string[];
}

export async function injectWallet(page: Page, wallet: TestWallet): Promise<void> {
  await page.addInitScript(registerTestWallet, wallet);
}

function registerTestWallet({ name, secret, address, refuses, chains: known }: TestWallet): void {
  const publicKey = Uint8Array.from(secret.slice(32, 64));
  // PKCS #8 of an Ed25519 seed: a fixed head, then the 32 bytes.
  const head = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
  ];
  const pkcs8 = Uint8Array.from([...head, ...secret.slice(0, 32)]);
  const key = crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
  const sign = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
    new Uint8Array(await crypto.subtle.sign('Ed25519', await key, bytes));

  const features = ['solana:signTransaction', 'solana:signMessage'];
  const chains = known ?? ['solana:mainnet', 'solana:devnet', 'solana:localnet'];
  const account = { address, publicKey, chains, features };
  const listeners = new Set<(change: { accounts: readonly object[] }) => void>();
  let accounts: readonly object[] = [];
  const setAccounts = (next: readonly object[]): void => {
    accounts = next;
    for (const listener of listeners) listener({ accounts });
  };

  /** Wire format: number of signatures (one byte here), signatures, message with its required signers first. */
  const signTransaction = async ({ transaction }: { transaction: Uint8Array }) => {
    if (refuses) throw new Error('The user rejected the request.');
    const count = transaction[0] ?? 0;
    const message = Uint8Array.from(transaction.subarray(1 + count * 64));
    // A versioned message begins with 0x80; the three counts and the number of keys follow.
    const keysAt = (message[0] ?? 0) >= 0x80 ? 5 : 4;
    for (let at = 0; at < count; at += 1) {
      const signer = message.subarray(keysAt + at * 32, keysAt + (at + 1) * 32);
      if (signer.every((byte, n) => byte === publicKey[n])) {
        const signed = Uint8Array.from(transaction);
        signed.set(await sign(message), 1 + at * 64);
        return { signedTransaction: signed };
      }
    }
    throw new Error('this transaction does not ask for this key');
  };

  const wallet = {
    version: '1.0.0',
    name,
    icon: `data:image/svg+xml,${encodeURIComponent(
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#777"/></svg>',
    )}`,
    chains,
    get accounts() {
      return accounts;
    },
    features: {
      'standard:connect': {
        version: '1.0.0',
        connect: (input?: { silent?: boolean }) => {
          const before = sessionStorage.getItem('test-wallet') === 'connected';
          if (input?.silent !== true || before) {
            sessionStorage.setItem('test-wallet', 'connected');
            setAccounts([account]);
          }
          return Promise.resolve({ accounts });
        },
      },
      'standard:disconnect': {
        version: '1.0.0',
        disconnect: () => {
          sessionStorage.removeItem('test-wallet');
          setAccounts([]);
          return Promise.resolve();
        },
      },
      'standard:events': {
        version: '1.0.0',
        on: (_: 'change', listener: (change: { accounts: readonly object[] }) => void) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      },
      'solana:signTransaction': {
        version: '1.0.0',
        supportedTransactionVersions: ['legacy', 0],
        signTransaction: (...inputs: { transaction: Uint8Array }[]) =>
          Promise.all(inputs.map(signTransaction)),
      },
      'solana:signMessage': {
        version: '1.0.0',
        signMessage: (...inputs: { message: Uint8Array<ArrayBuffer> }[]) =>
          Promise.all(
            inputs.map(async ({ message }) => ({ signedMessage: message, signature: await sign(message) })),
          ),
      },
    },
  };
  const register = (api: { register: (wallet: object) => void }): void => api.register(wallet);
  window.dispatchEvent(new CustomEvent('wallet-standard:register-wallet', { detail: register }));
  window.addEventListener('wallet-standard:app-ready', (event) => {
    register((event as CustomEvent<{ register: (wallet: object) => void }>).detail);
  });
}
