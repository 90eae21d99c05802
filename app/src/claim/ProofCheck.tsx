/** What this page has checked by itself before it shows an amount. */
import { SIBLING_BYTES, toHex, type VaultClaimable } from '@tributary/sdk';
import { Copyable } from '../ui/Copyable.js';
import { GoTo } from '../ui/GoTo.js';

export function ProofCheck({ now }: { now: VaultClaimable }) {
  if (!now.root) return null;
  const leaves = now.classes.flatMap((each) => (each.leaf ? [{ ...each, leaf: each.leaf }] : []));
  return (
    <details className="proof">
      <summary>
        <span className="tick" aria-hidden="true" /> Proof rebuilt in this page and checked against the chain
      </summary>
      <ol>
        <li>
          Root <Copyable text={toHex(now.root.id)} what="the root’s id" /> of epoch{' '}
          {now.root.epoch.toString()} hashes to its own identity on the chain.
        </li>
        <li>
          Its published manifest <Copyable text={toHex(now.root.manifest)} what="the manifest’s hash" /> has
          the hash the chain names, and leads to the leaf file.
        </li>
        <li>The leaf file’s {now.root.leafCount.toLocaleString('en')} leaves hash to the root’s tree.</li>
        {leaves.map(({ name, leaf }) => (
          <li key={name}>
            Your leaf ({name}) is number {(leaf.index + 1).toLocaleString('en')}; its proof of{' '}
            {siblings(leaf.proof.length / SIBLING_BYTES)} leads to the root.
          </li>
        ))}
        {leaves.length === 0 && (
          <li>There is no leaf for this address: the leaves around its place were checked.</li>
        )}
      </ol>
      <p>
        <GoTo view={{ kind: 'root', root: toHex(now.root.id) }}>Check the whole root, every leaf of it</GoTo>
      </p>
      {now.stale && (
        <p>
          A newer root serves, but its leaf file could not be had. This older root still pays; what the newer
          one adds shows when its file can be read.
        </p>
      )}
    </details>
  );
}

function siblings(count: number): string {
  return count === 1 ? 'one sibling' : `${count} siblings`;
}
