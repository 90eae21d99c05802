/** Who may spend: mandates that were given, giving one, and trying it out. */
import { useId, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { address, type Address } from '@solana/kit';
import { useSelectedWalletAccount, useSignMessage } from '@solana/react';
import type { UiWalletAccount } from '@wallet-standard/react';
import { ask, freshNonce, mandate, REWARDS } from '@tributary/sdk';
import { useNetwork } from '../network/Network.js';
import { httpUrl } from '../network/settings.js';
import { useNetworkInfo } from '../network/useNetworkInfo.js';
import { Act, textOf } from '../ui/Act.js';
import { readableText, typedAmount } from '../ui/amount.js';
import { SLOT_MS } from '../ui/time.js';
import { Copyable } from '../ui/Copyable.js';
import { Notice } from '../ui/Notice.js';
import { agentsOf, call } from './gateway.js';
import type { Payer } from './PayerPage.js';
import { Scroll } from '../ui/Scroll.js';

/** Two slots and a half a second. */
const SLOTS_PER_DAY = 216_000n;

interface Key {
  readonly gateway: string;
  readonly apiKey: string;
}

export function Spending(props: {
  readonly payer: Address;
  readonly known: Payer;
  /** As of which slot that is known. */
  readonly slot: number;
  readonly isOwn: boolean;
  readonly onDone: () => unknown;
}) {
  const { payer, known, slot, isOwn, onDone } = props;
  const [account] = useSelectedWalletAccount();
  const [key, setKey] = useState<Key>();
  return (
    <section className="sheet" aria-labelledby="spending">
      <h2 id="spending">Who may spend it</h2>
      {known.mandates.length === 0 ? (
        <Notice tone="calm" title="Nobody yet.">
          <p>A mandate is a text you sign: which gateway, how much at most, until when.</p>
        </Notice>
      ) : (
        <Mandates mandates={known.mandates} slot={slot} />
      )}
      {isOwn && account?.features.includes('solana:signMessage') === true && (
        <Give
          payer={payer}
          account={account}
          onGiven={(given) => {
            setKey(given);
            onDone();
          }}
        />
      )}
      {key && <TryIt of={key} onDone={onDone} />}
    </section>
  );
}

function Mandates({ mandates, slot }: { mandates: Payer['mandates']; slot: number }) {
  return (
    <Scroll label="Mandates">
      <table className="ledger stacks">
        <caption className="visually-hidden">Mandates, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Until</th>
            <th scope="col">Gateway</th>
            <th scope="col" className="number">
              Spent or set aside
            </th>
            <th scope="col" className="number">
              At most
            </th>
          </tr>
        </thead>
        <tbody>
          {mandates.map(({ mandate: id, gateway, expires_slot, committed, maximum, token }) => (
            <tr key={id}>
              <td title={`slot ${BigInt(expires_slot).toLocaleString('en')}`}>
                {until(Number(expires_slot), slot)}
              </td>
              <td>
                <Copyable text={gateway} what="the gateway’s address" />
              </td>
              <td className="number" data-unit="spent or set aside">
                {readableText(BigInt(committed), token.decimals)}
              </td>
              <td className="number" data-unit="at most">
                {readableText(BigInt(maximum), token.decimals)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** A slot to come as a day; slots are not clocks, so it is only about that. */
function until(at: number, now: number): string {
  if (at <= now) return 'over';
  const day = new Date(Date.now() + (at - now) * SLOT_MS);
  return `about ${day.toLocaleDateString('en-GB', { dateStyle: 'medium' })}`;
}

function Give(props: { payer: Address; account: UiWalletAccount; onGiven: (key: Key) => void }) {
  const { payer, account, onGiven } = props;
  const { rpc, genesis } = useNetwork();
  const network = useNetworkInfo();
  const sign = useSignMessage(account);
  const id = useId();
  const [token] = network?.vaults ?? [];
  if (!network || !token || network.gateways.length === 0) return null;
  return (
    <Act
      does="Sign a mandate"
      done="The mandate is given."
      doing="Waiting for the wallet and the gateway…"
      failed="No mandate was given."
      read={(fields) => {
        const maximum = typedAmount(textOf(fields, 'maximum'), token.decimals);
        const days = /^\d{1,3}$/.exec(textOf(fields, 'days'))?.[0];
        const gatewayUrl = httpUrl(textOf(fields, 'url'));
        const gateway = address(textOf(fields, 'gateway'));
        if (maximum === undefined)
          return `Write an amount above zero with at most ${token.decimals} decimals.`;
        if (days === undefined || days === '0') return 'Write for how many days: 1 to 999.';
        if (gatewayUrl === undefined) return 'Write the http or https address of the gateway.';
        return async () => {
          const slot = await ask(rpc.getSlot());
          const given = await mandate({
            gatewayUrl,
            mandate: {
              genesis: address(genesis),
              program: REWARDS,
              vault: address(token.vault),
              payer,
              gateway,
              maximum,
              expires: slot + BigInt(days) * SLOTS_PER_DAY,
              nonce: freshNonce(),
            },
            signText: async (message) => Uint8Array.from((await sign({ message })).signature),
          });
          onGiven({ gateway: gatewayUrl, apiKey: given.apiKey });
          return (
            <p>
              Your API key, shown once: <Copyable text={given.apiKey} what="the API key" head={8} tail={4} />.
              Send it as the bearer token to {gatewayUrl}.
            </p>
          );
        };
      }}
    >
      <div className="fields">
        <div>
          <label htmlFor={`${id}-gateway`}>Gateway</label>
          <select id={`${id}-gateway`} name="gateway">
            {network.gateways.map(({ gateway }) => (
              <option key={gateway}>{gateway}</option>
            ))}
          </select>
        </div>
        <div>
          <label htmlFor={`${id}-url`}>Its address on the web</label>
          <input id={`${id}-url`} name="url" inputMode="url" defaultValue={network.gateway_url ?? ''} />
        </div>
        <div>
          <label htmlFor={`${id}-maximum`}>It may spend at most</label>
          <input id={`${id}-maximum`} name="maximum" inputMode="decimal" autoComplete="off" />
        </div>
        <div>
          <label htmlFor={`${id}-days`}>For so many days</label>
          <input id={`${id}-days`} name="days" inputMode="numeric" defaultValue="30" />
        </div>
      </div>
    </Act>
  );
}

function TryIt({ of: { gateway, apiKey }, onDone }: { of: Key; onDone: () => unknown }) {
  const id = useId();
  const network = useNetworkInfo();
  const agents = useQuery({ queryKey: ['agents', gateway], queryFn: () => agentsOf(gateway), retry: 1 });
  const decimals = network?.vaults[0]?.decimals ?? 0;
  return (
    <Act
      does="Ask"
      done="The answer"
      doing="Waiting for the answer…"
      failed="There is no answer."
      disabled={!agents.data?.length}
      read={(fields) => {
        const [agent, prompt] = [textOf(fields, 'agent'), textOf(fields, 'prompt')];
        if (prompt === '') return 'Write something to answer.';
        return async () => {
          const { text, price } = await call(gateway, apiKey, { agent, prompt });
          onDone();
          return (
            <>
              <blockquote>{text}</blockquote>
              <p>That cost {readableText(price, decimals)}.</p>
            </>
          );
        };
      }}
    >
      <div className="fields">
        <div>
          <label htmlFor={`${id}-agent`}>Agent</label>
          <select id={`${id}-agent`} name="agent">
            {(agents.data ?? []).map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </div>
        <div>
          <label htmlFor={`${id}-prompt`}>Prompt</label>
          <input id={`${id}-prompt`} name="prompt" defaultValue="In the beginning" />
        </div>
      </div>
    </Act>
  );
}
