/** Terms in words. Pure. */
import type { AnswerOf } from '@tributary/sdk';
import { shortened } from '../ui/amount.js';

type Detail = AnswerOf<'/v1/assets/{asset}'>['data'];

/** Basis points as a percentage, exactly. */
export function percent(bps: number): string {
  const fraction = String(bps % 100)
    .padStart(2, '0')
    .replace(/0+$/, '');
  return `${Math.floor(bps / 100)}${fraction === '' ? '' : `.${fraction}`} %`;
}

const USES = { train: 'train on it', ground: 'ground answers in it', display: 'show parts of it' } as const;

/** "train on it, show parts of it", or "do nothing with it". */
export function usesText(uses: Detail['uses']): string {
  const permitted = Object.entries(USES).flatMap(([use, text]) =>
    uses[use as keyof typeof USES] ? [text] : [],
  );
  return permitted.length === 0 ? 'do nothing with it' : permitted.join(', ');
}

/** "100 % 9gEB…2T3d". */
export function coOwnersText(owners: Detail['co_owners']): string {
  return owners
    .map(({ claimant, share_bps: share }) => `${percent(share)} ${shortened(claimant, 6, 6)}`)
    .join(', ');
}

/** How a model's income is divided among the ways of finding whose work it was. */
const POLICIES: Readonly<Record<string, string>> = {
  declared: 'by the agent’s own terms',
  used: 'to the model that was used',
  verbatim: 'to texts repeated verbatim',
  similar: 'to similar texts',
  reported: 'as the model’s builder reports it',
};

/** "60 % to texts repeated verbatim, 40 % by declared terms". */
export function mixText(mix: NonNullable<Detail['mix']>): string {
  return Object.entries(mix)
    .filter(([, share]) => share > 0)
    .map(([policy, share]) => `${percent(share)} ${POLICIES[policy] ?? policy}`)
    .join(', ');
}
