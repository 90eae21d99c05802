/** What an owner says about a file before signing it: name, licence, permitted uses. */
import { useId, useState } from 'react';
import { address } from '@solana/kit';
import { useSignMessage } from '@solana/react';
import type { UiWalletAccount } from '@wallet-standard/react';
import { DATASET_FORMATS, declareDataset, toHex, type DatasetFormat } from '@tributary/sdk';
import { useNetwork } from '../network/Network.js';
import { httpUrl } from '../network/settings.js';
import { useNetworkInfo } from '../network/useNetworkInfo.js';
import { Act, textOf } from '../ui/Act.js';
import { shortened } from '../ui/amount.js';
import { Notice, Waiting } from '../ui/Notice.js';
import { filledIn, formatOf, LICENCES, titleOf } from './declaration.js';
import { rememberOffered, type Offered } from './tickets.js';

const FORMATS: readonly (readonly [DatasetFormat, string])[] = [
  ['text', 'Plain text'],
  ['jsonl', 'JSON Lines'],
  ['csv', 'CSV with a header'],
  ['parquet', 'Parquet'],
];

const USES = [
  ['train', 'Train models on it'],
  ['ground', 'Ground answers in it'],
  ['display', 'Show parts of it in answers'],
] as const;

export function DeclarationForm(props: {
  readonly file: File;
  readonly account: UiWalletAccount;
  readonly onDeclared: (offered: Offered) => void;
}) {
  const { file, account, onDeclared } = props;
  const { genesis } = useNetwork();
  const network = useNetworkInfo();
  const sign = useSignMessage(account);
  const id = useId();
  const [format, setFormat] = useState(formatOf(file.name));
  if (!network) return <Waiting what="which gateways take datasets" lines={6} />;
  if (network.gateways.length === 0) {
    return (
      <Notice tone="calm" title="No gateway is registered on this network yet.">
        <p>A gateway takes datasets in and pays them by use. Come back when there is one.</p>
      </Notice>
    );
  }
  return (
    <Act
      does="Sign and send"
      doing="Waiting for the wallet and the gateway…"
      failed="The dataset was not offered."
      read={(fields) => {
        const filled = filledIn(fields);
        if (typeof filled === 'string') return filled;
        const gatewayUrl = httpUrl(textOf(fields, 'url'));
        if (gatewayUrl === undefined) return 'Write the http or https address of the gateway.';
        return async () => {
          const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
          const declaration = {
            ...filled,
            genesis: address(genesis),
            gateway: address(textOf(fields, 'gateway')),
            owner: address(account.address),
            sha256: toHex(new Uint8Array(digest)),
            bytes: file.size,
          };
          const ticket = await declareDataset({
            gatewayUrl,
            declaration,
            signText: async (message) => Uint8Array.from((await sign({ message })).signature),
          });
          const offered = { ticket, declaration };
          rememberOffered(offered);
          onDeclared(offered);
          return <p>It is on its way.</p>;
        };
      }}
    >
      <div className="fields">
        <div>
          <label htmlFor={`${id}-name`}>Name</label>
          <input id={`${id}-name`} name="name" defaultValue={titleOf(file.name)} autoComplete="off" />
        </div>
        <div>
          <label htmlFor={`${id}-creator`}>Made by</label>
          <input id={`${id}-creator`} name="creator" autoComplete="name" />
        </div>
        <div className="whole">
          <label htmlFor={`${id}-description`}>
            What it is <small>a sentence or two; may stay empty</small>
          </label>
          <input id={`${id}-description`} name="description" autoComplete="off" />
        </div>
        <div>
          <label htmlFor={`${id}-format`}>Read it as</label>
          <select
            id={`${id}-format`}
            name="format"
            value={format}
            onChange={({ currentTarget: { value } }) =>
              setFormat(DATASET_FORMATS.find((each) => each === value) ?? 'text')
            }
          >
            {FORMATS.map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </div>
        <div hidden={format === 'text'}>
          <label htmlFor={`${id}-field`}>Field or column with the text</label>
          <input id={`${id}-field`} name="field" defaultValue="text" autoComplete="off" />
        </div>
        <div>
          <label htmlFor={`${id}-licence`}>Licence</label>
          <input
            id={`${id}-licence`}
            name="licence"
            list={`${id}-licences`}
            defaultValue={LICENCES[0]}
            autoComplete="off"
          />
          <datalist id={`${id}-licences`}>
            {LICENCES.map((licence) => (
              <option key={licence} value={licence} />
            ))}
          </datalist>
        </div>
      </div>
      <fieldset>
        <legend>Others may</legend>
        {USES.map(([use, text]) => (
          <label key={use} className="check">
            <input type="checkbox" name={use} defaultChecked /> {text}
          </label>
        ))}
      </fieldset>
      <label className="check">
        <input type="checkbox" name="personal" /> It holds personal data, and I may publish that
      </label>
      <details className="as-table">
        <summary>Gateway that takes it in</summary>
        <div className="fields">
          <div>
            <label htmlFor={`${id}-gateway`}>Gateway</label>
            <select id={`${id}-gateway`} name="gateway">
              {network.gateways.map(({ gateway }) => (
                <option key={gateway} value={gateway}>
                  {shortened(gateway, 8, 8)}
                </option>
              ))}
            </select>
          </div>
          <div>
            <label htmlFor={`${id}-url`}>Its address on the web</label>
            <input id={`${id}-url`} name="url" inputMode="url" defaultValue={network.gateway_url ?? ''} />
          </div>
        </div>
      </details>
      <p>
        <small>
          You sign a text that names all of this. It costs nothing yet: fee and rent are due when the record
          is written, after the checks.
        </small>
      </p>
    </Act>
  );
}
