/** What the search found: what each match is called, and where it leads. Pure. */
import { address } from '@solana/kit';
import type { DataOf } from '@tributary/sdk';
import { shortened } from '../ui/amount.js';
import type { View } from '../views.js';

/** Something that matches. */
export type Match = DataOf<'/v1/search'>['matches'][number];

/** The longest question the API takes, in characters. */
export const QUESTION_CHARS_MAX = 200;

/** What a match is, to somebody who looks for it. */
const KINDS: Readonly<Record<Match['kind'], string>> = {
  asset: 'dataset, model or agent',
  collection: 'collection',
  vault: 'vault and its roots',
  root: 'root',
  gateway: 'gateway',
  claimant: 'what it earned',
  payer: 'what it paid',
  file: 'published file',
};

/** Whether there is anything in it to look for: a letter or a digit, of any script. */
export function isAskable(question: string): boolean {
  return /[\p{L}\p{N}]/u.test(question);
}

export function kindText(match: Match): string {
  return KINDS[match.kind];
}

/** A match's name, or enough of its address to know it by. */
export function titleOf({ name, id }: Match): string {
  return name ?? shortened(id, 8, 8);
}

/** The face that shows a match; nothing where the file itself is the answer. */
export function viewOfMatch({ kind, id }: Match): View | undefined {
  switch (kind) {
    case 'asset':
      return { kind: 'asset', asset: address(id) };
    case 'collection':
      return { kind: 'collection', collection: address(id) };
    case 'vault':
      return { kind: 'explore', vault: address(id) };
    case 'root':
      return { kind: 'root', root: id };
    case 'gateway':
      return { kind: 'operate' };
    case 'claimant':
      return { kind: 'earnings', claimant: address(id) };
    case 'payer':
      return { kind: 'payer', payer: address(id) };
    case 'file':
      return undefined;
  }
}
