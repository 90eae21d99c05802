/** What a visitor sees before there is an address to show: what this is, and two ways in. */
import { useId, useState, type SyntheticEvent } from 'react';
import { address, isAddress, type Address } from '@solana/kit';
import { GoTo } from './ui/GoTo.js';
import { WalletChoice } from './wallet/Connect.js';

export function Opening({ onLook }: { onLook: (claimant: Address) => void }) {
  const id = useId();
  const [isWrong, setWrong] = useState(false);
  const look = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const value = new FormData(event.currentTarget).get('claimant');
    const text = typeof value === 'string' ? value.trim() : '';
    setWrong(!isAddress(text));
    if (isAddress(text)) onLook(address(text));
  };
  return (
    <>
      <div className="opening">
        <div className="opening-text">
          <h1>Your work runs into many answers. What it earns runs back to you.</h1>
          <p className="lead">
            See what your data, models and agents have earned, which answers they were part of, and take it in
            one transaction.
          </p>
          <p className="ways">
            <GoTo view={{ kind: 'offer', dataset: undefined }}>Offer a dataset</GoTo>
            <GoTo view={{ kind: 'explore', vault: undefined }}>See what others have registered</GoTo>
          </p>
        </div>
        <Streams />
      </div>
      <div className="entry">
        <section className="sheet" aria-labelledby={`${id}-connect`}>
          <h2 id={`${id}-connect`}>Connect a wallet</h2>
          <WalletChoice />
          <p>
            <small>Connecting shows this page your address. Nothing is signed until you claim.</small>
          </p>
        </section>
        <section className="sheet" aria-labelledby={`${id}-look`}>
          <h2 id={`${id}-look`}>Or look at an address</h2>
          <form onSubmit={look} noValidate>
            <label htmlFor={`${id}-address`}>Address of a contributor</label>
            <div className="line">
              <input
                id={`${id}-address`}
                name="claimant"
                autoComplete="off"
                spellCheck={false}
                aria-invalid={isWrong}
                aria-describedby={isWrong ? `${id}-wrong` : undefined}
              />
              <button type="submit" className="quiet">
                Look
              </button>
            </div>
            {isWrong && (
              <p className="field-error" id={`${id}-wrong`} role="alert">
                That is not a Solana address: it has 32 to 44 letters and digits.
              </p>
            )}
          </form>
          <p>
            <small>Everything here is public. A view without a wallet can read, not claim.</small>
          </p>
        </section>
      </div>
    </>
  );
}

/** Many lines that join one after the other, each as wide as what flows through it. */
function Streams() {
  const lines = [
    { from: 14, at: 150, width: 2 },
    { from: 58, at: 95, width: 3.5 },
    { from: 104, at: 200, width: 1.5 },
    { from: 172, at: 130, width: 5 },
    { from: 226, at: 230, width: 2.5 },
    { from: 262, at: 70, width: 1.5 },
  ];
  return (
    <svg className="opening-art" viewBox="0 0 480 280" aria-hidden="true" focusable="false">
      {lines.map(({ from, at, width }, n) => {
        const end = 128 + n * 4.4;
        return (
          <path
            key={from}
            d={`M0 ${from} H${at - 60} C${at + 40} ${from} ${at + 60} ${end} ${at + 190} ${end} H480`}
            fill="none"
            stroke="currentColor"
            strokeWidth={width}
            strokeOpacity={0.35 + width * 0.11}
          />
        );
      })}
    </svg>
  );
}
