/** Links to the page's faces. */
import { describe, expect, it } from 'vitest';
import { address } from '@solana/kit';
import { queryOf, viewOf, type View } from '../src/views.js';

const ADDRESS = address('9gEB7cBeasraZZ9y6k9QYqEGvX3CxDprcF4RMDoC2T3d');
const HASH = 'ab'.repeat(32);

describe('a link', () => {
  it('leads back to the view it was made from, and keeps where the page looks', () => {
    const views: View[] = [
      { kind: 'earnings', claimant: ADDRESS },
      { kind: 'earnings', claimant: undefined },
      { kind: 'explore', vault: undefined },
      { kind: 'explore', vault: ADDRESS },
      { kind: 'asset', asset: ADDRESS },
      { kind: 'collection', collection: ADDRESS },
      { kind: 'root', root: HASH },
      { kind: 'payer', payer: ADDRESS },
      { kind: 'payer', payer: undefined },
      { kind: 'operate' },
      { kind: 'offer', dataset: undefined },
      { kind: 'offer', dataset: HASH },
    ];
    for (const view of views) {
      for (const before of ['', `?claimant=${ADDRESS}`, '?view=operate', `?root=${HASH}&asset=${ADDRESS}`]) {
        const query = queryOf(view, `${before}${before === '' ? '?' : '&'}rpc=http%3A%2F%2Frpc.test`);
        expect(viewOf(query)).toEqual(view);
        expect(new URLSearchParams(query).get('rpc')).toBe('http://rpc.test');
      }
    }
  });

  it('that is malformed shows the beginning', () => {
    for (const search of [
      '?claimant=nobody',
      '?asset=0',
      '?collection=0',
      '?vault=mine',
      `?root=${HASH}0`,
      '?view=elsewhere',
      '?payer=',
      '?dataset=1',
    ]) {
      expect(viewOf(search)).toEqual({ kind: 'earnings', claimant: undefined });
    }
  });
});
