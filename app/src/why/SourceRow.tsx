/** One asset's part of a payout, which opens into agents, policies and paid uses. */
import { useId, useState } from 'react';
import { address } from '@solana/kit';
import type { VaultClaimable } from '@tributary/sdk';
import { readableSubUnits, shortened } from '../ui/amount.js';
import { Copyable } from '../ui/Copyable.js';
import { GoTo } from '../ui/GoTo.js';
import { PaidUses } from './PaidUses.js';
import { POLICIES, type Source } from './sources.js';

export function SourceRow({ source, now, epoch }: { source: Source; now: VaultClaimable; epoch: number }) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const { decimals } = now.account;
  return (
    <li>
      <button
        type="button"
        className="source"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen((before) => !before)}
      >
        <span className="source-name">{source.name ?? shortened(source.asset, 6, 6)}</span>
        <span className="amount">{readableSubUnits(source.amount, decimals)}</span>
        <span className="how">{source.policies.map((policy) => POLICIES[policy].name).join(', ')}</span>
      </button>
      <div className="source-body" id={id} hidden={!isOpen}>
        {isOpen && (
          <>
            <p>
              <small>
                <GoTo view={{ kind: 'asset', asset: address(source.asset) }}>
                  Its record and what it was made of
                </GoTo>
                , <Copyable text={source.asset} what="the asset’s address" />
              </small>
            </p>
            <div className="scroll">
              <table className="ledger stacks">
                <caption className="visually-hidden">By agent and policy</caption>
                <thead>
                  <tr>
                    <th scope="col">Agent</th>
                    <th scope="col">Found by</th>
                    <th scope="col" className="number">
                      Uses
                    </th>
                    <th scope="col" className="number">
                      Credit
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {source.receipts.map((receipt) => (
                    <tr key={`${receipt.agent?.asset} ${receipt.policy}`}>
                      <td>
                        {receipt.agent
                          ? (receipt.agent.name ?? shortened(receipt.agent.asset))
                          : 'released by a dispute that ended'}
                      </td>
                      <td>
                        {POLICIES[receipt.policy].name} <small>{POLICIES[receipt.policy].meaning}</small>
                      </td>
                      <td className="number" data-unit={receipt.events === 1 ? 'use' : 'uses'}>
                        {receipt.events.toLocaleString('en')}
                      </td>
                      <td className="number">{readableSubUnits(BigInt(receipt.amount), decimals)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <PaidUses asset={source.asset} now={now} epoch={epoch} />
          </>
        )}
      </div>
    </li>
  );
}
