/** The page's frame, and which of its faces shows. */
import { useEffect, useState } from 'react';
import { address, type Address } from '@solana/kit';
import { useSelectedWalletAccount } from '@solana/react';
import { ConnectionForm } from './network/ConnectionForm.js';
import { LeafFileFromDisk } from './network/LeafFileFromDisk.js';
import { NetworkProvider, useNetwork } from './network/Network.js';
import { linkedClaimant, setLinkedClaimant } from './network/settings.js';
import { Opening } from './Opening.js';
import { Statement } from './statement/Statement.js';
import { Notice } from './ui/Notice.js';
import { ConnectedWallet, Reconnect, WalletChoice } from './wallet/Connect.js';
import { chainOf } from './wallet/signer.js';

/** The claimant in the link, also when the link changes without a reload. */
function useLinkedClaimant(): Address | undefined {
  const [claimant, setClaimant] = useState(() => linkedClaimant());
  useEffect(() => {
    const follow = () => setClaimant(linkedClaimant());
    window.addEventListener('popstate', follow);
    return () => window.removeEventListener('popstate', follow);
  }, []);
  return claimant;
}

export function App() {
  return (
    <div className="frame">
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="masthead">
        <a className="wordmark" href="./">
          <svg
            width="28"
            height="24"
            viewBox="0 0 28 24"
            fill="none"
            stroke="currentColor"
            aria-hidden="true"
          >
            <path d="M0 3c10 0 10 8 28 8" strokeWidth="2" />
            <path d="M0 21c10 0 10-8 28-8" strokeWidth="2" />
            <path d="M0 12h28" strokeWidth="2.6" />
          </svg>
          Tributary
        </a>
        <ConnectedWallet />
      </header>
      <main id="main">
        <Reconnect />
        <NetworkProvider>
          <Face />
        </NetworkProvider>
      </main>
    </div>
  );
}

const NETWORKS: Readonly<Record<string, string>> = {
  'solana:mainnet': 'Solana',
  'solana:devnet': 'Solana devnet',
  'solana:testnet': 'Solana testnet',
  'solana:localnet': 'local network',
};

function Face() {
  const { settings, apiIsThere, rpcUrl, genesis, change } = useNetwork();
  const [account] = useSelectedWalletAccount();
  const linked = useLinkedClaimant();
  const claimant = linked ?? (account ? address(account.address) : undefined);
  const isOwn = claimant !== undefined && account?.address === claimant;
  return (
    <>
      {settings.fromLink && (
        <Notice tone="warn" title="The link you followed chooses where this page looks.">
          <p>
            It reads the chain through {new URL(rpcUrl).host}. Proofs are checked all the same, but amounts
            are what that node says they are.
          </p>
        </Notice>
      )}
      {!apiIsThere && (
        <Notice tone="warn" title="The API is away.">
          <p>Amounts and claims go on: they need only the chain and the published leaf file.</p>
        </Notice>
      )}
      {claimant ? (
        <>
          <Statement
            key={claimant}
            claimant={claimant}
            isOwn={isOwn}
            onLeave={() => setLinkedClaimant(undefined)}
          />
          {!account && (
            <section className="sheet" aria-labelledby="connect">
              <h2 id="connect">Connect a wallet</h2>
              <WalletChoice />
            </section>
          )}
        </>
      ) : (
        <Opening onLook={setLinkedClaimant} />
      )}
      <footer>
        <nav aria-label="More">
          <a href={`${settings.api}/reference`}>API reference</a>
          <a href={`${settings.api}/openapi.json`}>OpenAPI</a>
          <span>{NETWORKS[chainOf(genesis)]}</span>
        </nav>
        <details className="settings">
          <summary>Where this page looks</summary>
          <ConnectionForm settings={settings} rpcUrl={rpcUrl} change={change} />
          <LeafFileFromDisk />
        </details>
      </footer>
    </>
  );
}
