/** From a statement's lines to what is part of what. Pure. */
import type { WaterfallLine } from '@tributary/sdk';

/** A line with its parts; those that came to nothing are left out. */
export interface Branch {
  readonly line: WaterfallLine;
  readonly parts: readonly Branch[];
}

/** The statement's trees, in the order of its lines. */
export function treeOf(lines: readonly WaterfallLine[]): readonly Branch[] {
  const under = (name: string | undefined): readonly Branch[] =>
    lines
      .filter(({ of, amount }) => of === name && (name === undefined || amount > 0n))
      .map((line) => ({ line, parts: under(line.name) }));
  return under(undefined);
}
