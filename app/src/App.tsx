/** The page's frame, and which of its faces shows. */
import { lazy, Suspense, useEffect, type ReactNode } from 'react';
import { address, type Address } from '@solana/kit';
import { useSelectedWalletAccount } from '@solana/react';
import { ConnectionForm } from './network/ConnectionForm.js';
import { LeafFileFromDisk } from './network/LeafFileFromDisk.js';
import { NetworkProvider, useNetwork } from './network/Network.js';
import { Opening } from './Opening.js';
import { GoTo } from './ui/GoTo.js';
import { Notice, Waiting } from './ui/Notice.js';
import { show, useView, viewOf, type View } from './views.js';
import { ConnectedWallet, Reconnect } from './wallet/Connect.js';
import { networkName } from './wallet/signer.js';

// Each face is loaded when it is looked at; the one that the link shows is asked for at
// once, while the network is.
const LOADERS = {
  earnings: async () => ({ default: (await import('./statement/Statement.js')).Statement }),
  explore: async () => ({ default: (await import('./explore/Explore.js')).Explore }),
  asset: async () => ({ default: (await import('./explore/AssetPage.js')).AssetPage }),
  collection: async () => ({ default: (await import('./explore/CollectionPage.js')).CollectionPage }),
  root: async () => ({ default: (await import('./roots/RootPage.js')).RootPage }),
  payer: async () => ({ default: (await import('./payer/PayerPage.js')).PayerPage }),
  offer: async () => ({ default: (await import('./offer/OfferPage.js')).OfferPage }),
  operate: async () => ({ default: (await import('./operate/OperatePage.js')).OperatePage }),
};
void LOADERS[viewOf(window.location.search).kind]();
const Statement = lazy(LOADERS.earnings);
const Explore = lazy(LOADERS.explore);
const AssetPage = lazy(LOADERS.asset);
const CollectionPage = lazy(LOADERS.collection);
const RootPage = lazy(LOADERS.root);
const PayerPage = lazy(LOADERS.payer);
const OfferPage = lazy(LOADERS.offer);
const OperatePage = lazy(LOADERS.operate);

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
        <Places />
        <ConnectedWallet />
      </header>
      <main id="main" tabIndex={-1}>
        <Reconnect />
        <NetworkProvider>
          <Face />
        </NetworkProvider>
      </main>
    </div>
  );
}

/** What a window, a tab and a reader of the screen call each face. */
const TITLES: Readonly<Record<View['kind'], string>> = {
  earnings: 'What your work has earned',
  explore: 'Datasets, models and agents',
  asset: 'An asset',
  collection: 'A collection',
  root: 'A root',
  offer: 'Offer a dataset',
  payer: 'Pay for answers',
  operate: 'Health and roots',
};

/** The page's faces, by name. */
function Places() {
  const view = useView();
  const places: readonly (readonly [string, View, readonly View['kind'][]])[] = [
    ['Earnings', { kind: 'earnings', claimant: undefined }, ['earnings']],
    ['Explore', { kind: 'explore', vault: undefined }, ['explore', 'asset', 'collection', 'root']],
    ['Offer', { kind: 'offer', dataset: undefined }, ['offer']],
    ['Pay', { kind: 'payer', payer: undefined }, ['payer']],
    ['Operate', { kind: 'operate' }, ['operate']],
  ];
  return (
    <nav className="places" aria-label="Places">
      {places.map(([name, to, kinds]) => (
        <GoTo key={name} view={to} current={kinds.includes(view.kind)}>
          {name}
        </GoTo>
      ))}
    </nav>
  );
}

function Face() {
  const { settings, apiIsThere, isTwoNetworks, rpcUrl, genesis, change } = useNetwork();
  const view = useView();
  useEffect(() => {
    document.title = `${TITLES[view.kind]} — Tributary`;
  }, [view.kind]);
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
      {isTwoNetworks && (
        <Notice tone="bad" title="The API and the chain do not belong together.">
          <p>
            The RPC node is of {networkName(genesis)}, the API of another network. Amounts and claims follow
            the node; names, history and receipts follow the API. Set both to the same network below.
          </p>
        </Notice>
      )}
      {!apiIsThere && (
        <Notice tone="warn" title="The API is away.">
          <p>Amounts and claims go on: they need only the chain and the published leaf file.</p>
        </Notice>
      )}
      <Suspense
        fallback={
          <section className="sheet coming">
            <Waiting what="this part of the page" lines={8} />
          </section>
        }
      >
        <div className="face">{faceOf(view)}</div>
      </Suspense>
      <footer>
        <nav aria-label="More">
          <a href={`${settings.api}/reference`}>API reference</a>
          <a href={`${settings.api}/openapi.json`}>OpenAPI</a>
          <span>{networkName(genesis)}</span>
        </nav>
        <details className="settings">
          <summary>Connection: chain, API, files</summary>
          <ConnectionForm settings={settings} rpcUrl={rpcUrl} change={change} />
          <LeafFileFromDisk />
        </details>
      </footer>
    </>
  );
}

function faceOf(view: View): ReactNode {
  switch (view.kind) {
    case 'explore':
      return <Explore vault={view.vault} />;
    case 'asset':
      return <AssetPage key={view.asset} asset={view.asset} />;
    case 'collection':
      return <CollectionPage key={view.collection} collection={view.collection} />;
    case 'root':
      return <RootPage key={view.root} root={view.root} />;
    case 'payer':
      return <PayerPage payer={view.payer} />;
    case 'offer':
      return <OfferPage dataset={view.dataset} />;
    case 'operate':
      return <OperatePage />;
    default:
      return <Earner linked={view.claimant} />;
  }
}

function Earner({ linked }: { linked: Address | undefined }) {
  const [account] = useSelectedWalletAccount();
  const claimant = linked ?? (account ? address(account.address) : undefined);
  if (!claimant) return <Opening onLook={(look) => show({ kind: 'earnings', claimant: look })} />;
  return (
    <Statement
      key={claimant}
      claimant={claimant}
      isOwn={account?.address === claimant}
      onLeave={() => show({ kind: 'earnings', claimant: undefined })}
    />
  );
}
