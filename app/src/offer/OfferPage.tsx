/** Offering a dataset: a file is dropped, described, signed for, and followed until answers are paid for it. */
import { useState } from 'react';
import { address } from '@solana/kit';
import { useSelectedWalletAccount } from '@solana/react';
import { useNetwork } from '../network/Network.js';
import { GoTo } from '../ui/GoTo.js';
import { Notice } from '../ui/Notice.js';
import { show } from '../views.js';
import { WalletChoice } from '../wallet/Connect.js';
import { DeclarationForm } from './DeclarationForm.js';
import { FileDrop } from './FileDrop.js';
import { Intake } from './Intake.js';
import { useOffered, type Offered } from './tickets.js';

export function OfferPage({ dataset }: { dataset: string | undefined }) {
  const [account] = useSelectedWalletAccount();
  const { genesis } = useNetwork();
  const offered = useOffered().filter(({ declaration }) => declaration.genesis === address(genesis));
  // Files live as long as the window: a browser does not give them back after a reload.
  const [files, setFiles] = useState<ReadonlyMap<string, File>>(new Map());
  const [file, setFile] = useState<File>();
  const followed = offered.find(({ ticket }) => ticket.id === dataset);
  const keep = (id: string, kept: File): void => setFiles((before) => new Map(before).set(id, kept));
  if (dataset !== undefined) {
    return followed ? (
      <Intake
        key={followed.ticket.key}
        offered={followed}
        file={files.get(dataset)}
        onFile={(kept) => keep(dataset, kept)}
      />
    ) : (
      <NotFromHere />
    );
  }
  return (
    <>
      <div className="statement-head">
        <h1>Offer a dataset</h1>
        <p className="lead">
          Drop a text. It is checked, registered under your name, and paid for whenever an answer uses it.
        </p>
      </div>
      <section className="sheet" aria-labelledby="file">
        <h2 id="file">The file</h2>
        <FileDrop file={file} onFile={setFile} title="Drop a file here" />
        {file && account?.features.includes('solana:signMessage') === true && (
          <DeclarationForm
            key={`${file.name} ${file.size} ${file.lastModified}`}
            file={file}
            account={account}
            onDeclared={({ ticket }) => {
              keep(ticket.id, file);
              show({ kind: 'offer', dataset: ticket.id });
            }}
          />
        )}
        {file && account?.features.includes('solana:signMessage') === false && (
          <Notice tone="warn" title="This wallet cannot sign texts.">
            <p>Choose another wallet: a dataset is offered under the signature of its owner.</p>
          </Notice>
        )}
      </section>
      {!account && (
        <section className="sheet" aria-labelledby="connect">
          <h2 id="connect">Connect a wallet</h2>
          <p>The wallet that signs owns the dataset and receives what it earns.</p>
          <WalletChoice />
        </section>
      )}
      {offered.length > 0 && <OnTheirWay offered={offered} />}
    </>
  );
}

function OnTheirWay({ offered }: { offered: readonly Offered[] }) {
  return (
    <section className="sheet" aria-labelledby="offered">
      <h2 id="offered">Offered from this device</h2>
      <ul className="plain">
        {offered.map(({ ticket, declaration }) => (
          <li key={ticket.id}>
            <GoTo view={{ kind: 'offer', dataset: ticket.id }}>{declaration.name}</GoTo>{' '}
            <small>
              {declaration.licence}, by {declaration.creator}
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}

function NotFromHere() {
  return (
    <>
      <div className="statement-head">
        <h1>A dataset on its way</h1>
      </div>
      <section className="sheet">
        <Notice
          tone="calm"
          title="This device has no key to it."
          action={<GoTo view={{ kind: 'offer', dataset: undefined }}>Offer it again</GoTo>}
        >
          <p>
            Only who offered a dataset can follow it. Offer the same file in the same words: it goes on where
            it was.
          </p>
        </Notice>
      </section>
    </>
  );
}
