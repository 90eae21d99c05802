/** What stands beside an asset's terms: a dispute that holds its income, and terms that do not count yet. */
import type { ReactNode } from 'react';
import { address } from '@solana/kit';
import type { AnswerOf } from '@tributary/sdk';
import { shortened } from '../ui/amount.js';
import { Copyable } from '../ui/Copyable.js';
import { GoTo } from '../ui/GoTo.js';
import { Notice } from '../ui/Notice.js';
import { inAbout } from '../ui/time.js';
import { coOwnersText, mixText, usesText } from './terms.js';

type Detail = AnswerOf<'/v1/assets/{asset}'>['data'];
type Dispute = NonNullable<Detail['dispute']>;

export function Announced({ record, slot }: { record: Detail; slot: number }) {
  const { dispute, pending_terms: terms, pending_uses: uses } = record;
  return (
    <>
      {dispute && <Disputed dispute={dispute} slot={slot} />}
      {record.status === 'retired' && (
        <Notice tone="calm" title="It is retired.">
          <p>Nothing new may be made from it. What was made from it before still pays it.</p>
        </Notice>
      )}
      {(terms.length > 0 || uses) && (
        <div className="announced">
          <h3>Announced, and not in force yet</h3>
          <dl className="facts">
            {terms.map((each) => (
              <Coming key={each.effective_slot} from={each.effective_slot} slot={slot}>
                Its income is shared: {coOwnersText(each.co_owners)}.{' '}
                {each.mix ? `A model’s income: ${mixText(each.mix)}.` : ''}
              </Coming>
            ))}
            {uses && (
              <Coming from={uses.effective_slot} slot={slot}>
                Others may {usesText(uses.uses)}.
              </Coming>
            )}
          </dl>
        </div>
      )}
    </>
  );
}

function Coming({ from, slot, children }: { from: number; slot: number; children: ReactNode }) {
  return (
    <div>
      <dt>
        From slot {from.toLocaleString('en')}, {inAbout(from, slot)}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

function Disputed({ dispute, slot }: { dispute: Dispute; slot: number }) {
  const { challenger, evidence_hash: evidence, deadline_slot: deadline } = dispute;
  return (
    <Notice tone="warn" title="It is disputed: what it earns is held.">
      <p>
        <GoTo view={{ kind: 'earnings', claimant: address(challenger) }}>{shortened(challenger, 6, 6)}</GoTo>{' '}
        says that it is not its owner’s, with evidence of the hash{' '}
        <Copyable text={evidence} what="the evidence’s hash" head={8} tail={6} />.
      </p>
      {dispute.upheld_slot == null ? (
        <p>
          Without a ruling up to slot {deadline.toLocaleString('en')} ({inAbout(deadline, slot)}) it ends in
          the owner’s favour, and what was held is paid out.
        </p>
      ) : (
        <p>
          It was decided for the challenger in slot {dispute.upheld_slot.toLocaleString('en')}.
          {dispute.reassign_from == null
            ? ''
            : ` From slot ${dispute.reassign_from.toLocaleString('en')} on (${inAbout(dispute.reassign_from, slot)}) the asset can be given to it, with what was held.`}
        </p>
      )}
    </Notice>
  );
}
