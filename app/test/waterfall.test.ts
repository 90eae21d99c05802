/** A statement's lines as trees. */
import { expect, it } from 'vitest';
import type { WaterfallLine } from '@tributary/sdk';
import { treeOf, type Branch } from '../src/roots/waterfall-tree.js';

const line = (name: string, of: string | undefined, amount: bigint): WaterfallLine => ({
  name,
  label: name,
  of,
  amount,
});

const shown = ({ line: { name }, parts }: Branch): string =>
  parts.length === 0 ? name : `${name}(${parts.map(shown).join(' ')})`;

it('parts stand under their sums, in order, and what came to nothing is left out', () => {
  const trees = treeOf([
    line('gross', undefined, 10n),
    line('void', 'gross', 0n),
    line('charged', 'gross', 10n),
    line('fee', 'charged', 1n),
    line('pool', 'charged', 9n),
    line('outcome', undefined, 0n),
  ]);
  expect(trees.map(shown)).toEqual(['gross(charged(fee pool))', 'outcome']);
});
