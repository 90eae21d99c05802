/** Where matches of the search lead. */
import { describe, expect, it } from 'vitest';
import { isAskable, kindText, titleOf, viewOfMatch, type Match } from '../src/explore/found.js';
import { queryOf, viewOf } from '../src/views.js';

const ADDRESS = '9gEB7cBeasraZZ9y6k9QYqEGvX3CxDprcF4RMDoC2T3d';
const HASH = 'ab'.repeat(32);
const KINDS: readonly Match['kind'][] = [
  'asset',
  'collection',
  'vault',
  'root',
  'gateway',
  'claimant',
  'payer',
  'file',
];

const match = (kind: Match['kind'], name: string | null = null): Match => ({
  kind,
  name,
  id: kind === 'root' || kind === 'file' ? HASH : ADDRESS,
});

describe('a match', () => {
  it('leads to a face of the page that a link can show again, and a file to itself', () => {
    for (const kind of KINDS) {
      const view = viewOfMatch(match(kind));
      if (kind === 'file') expect(view).toBeUndefined();
      else expect(viewOf(queryOf(view!, ''))).toEqual(view);
    }
  });

  it('is told apart from others of the same address by what it is', () => {
    expect(new Set(KINDS.map((kind) => kindText(match(kind)))).size).toBe(KINDS.length);
  });

  it('without a name is known by the ends of its address', () => {
    expect(titleOf(match('asset', 'Tides'))).toBe('Tides');
    expect(titleOf(match('asset'))).toBe('9gEB7cBe…MDoC2T3d');
  });
});

describe('a question', () => {
  it('needs a letter or a digit, of any script', () => {
    for (const question of ['a', '7', 'ж', '潮', '  é ']) expect(isAskable(question)).toBe(true);
    for (const question of ['', '   ', '…', '-_/']) expect(isAskable(question)).toBe(false);
  });
});
