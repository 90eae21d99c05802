/** What a dispute keeps from a claimant, about which asset, and until when. */
import { address } from '@solana/kit';
import type { VaultClaimable } from '@tributary/sdk';
import { readableSubUnits, shortened } from '../ui/amount.js';
import { GoTo } from '../ui/GoTo.js';
import { Notice } from '../ui/Notice.js';
import { inAbout } from '../ui/time.js';
import type { Dispute } from './held.js';
import type { HeldAnswer } from './useHeld.js';

export function HeldNotice({ held, now }: { held: HeldAnswer; now: VaultClaimable }) {
  const { byVault, disputes, slot } = held;
  const amount = byVault.get(now.vault) ?? 0n;
  if (amount === 0n && disputes.length === 0) return null;
  const title =
    amount > 0n
      ? `${readableSubUnits(amount, now.account.decimals)} is held until a dispute ends.`
      : 'What a disputed asset earns from now on is held.';
  return (
    <Notice tone="warn" title={title}>
      {disputes.length > 0 && (
        <ul className="plain">
          {disputes.map((dispute) => (
            <li key={dispute.asset.asset}>
              <GoTo view={{ kind: 'asset', asset: address(dispute.asset.asset) }}>
                {dispute.asset.name ?? shortened(dispute.asset.asset, 6, 6)}
              </GoTo>
              : {endOf(dispute, slot)}
            </li>
          ))}
        </ul>
      )}
      <p>It goes to whom the dispute is decided for. What was settled before can be claimed all the same.</p>
    </Notice>
  );
}

function endOf({ upheld_slot: upheld, deadline_slot: deadline }: Dispute, slot: number): string {
  if (upheld != null) return 'decided for the challenger.';
  if (deadline == null) return 'not decided yet.';
  return `without a ruling up to slot ${deadline.toLocaleString('en')} (${inAbout(deadline, slot)}) it ends in the owner’s favour.`;
}
