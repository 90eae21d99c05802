/**
 * Which face of the page shows, by its link. Everything is in the query, so that
 * the page stays one static file that any server serves from any path.
 */
import { useSyncExternalStore } from 'react';
import { address, isAddress, type Address } from '@solana/kit';

/** What can be looked at. */
export type View =
  | { readonly kind: 'earnings'; readonly claimant: Address | undefined }
  /** What is registered and settled; one vault's roots when it is named. */
  | { readonly kind: 'explore'; readonly vault: Address | undefined }
  | { readonly kind: 'asset'; readonly asset: Address }
  | { readonly kind: 'collection'; readonly collection: Address }
  | { readonly kind: 'root'; readonly root: string }
  | { readonly kind: 'payer'; readonly payer: Address | undefined }
  | { readonly kind: 'operate' }
  /** Offering datasets; one of them when it is followed. */
  | { readonly kind: 'offer'; readonly dataset: string | undefined };

/** The parameters that choose a view; all others say where the page looks, and stay. */
const OWN = ['claimant', 'asset', 'collection', 'vault', 'root', 'payer', 'dataset', 'view'] as const;
const HASH = /^[0-9a-f]{64}$/;

/** The view of a link. What is malformed shows the beginning, not an error. */
export function viewOf(search: string): View {
  const link = new URLSearchParams(search);
  const key = (name: string): Address | undefined => {
    const text = link.get(name);
    return text !== null && isAddress(text) ? address(text) : undefined;
  };
  const asset = key('asset');
  if (asset) return { kind: 'asset', asset };
  const collection = key('collection');
  if (collection) return { kind: 'collection', collection };
  const vault = key('vault');
  if (vault) return { kind: 'explore', vault };
  const root = link.get('root');
  if (root !== null && HASH.test(root)) return { kind: 'root', root };
  const payer = key('payer');
  if (payer) return { kind: 'payer', payer };
  const dataset = link.get('dataset');
  if (dataset !== null && HASH.test(dataset)) return { kind: 'offer', dataset };
  switch (link.get('view')) {
    case 'pay':
      return { kind: 'payer', payer: undefined };
    case 'explore':
      return { kind: 'explore', vault: undefined };
    case 'operate':
      return { kind: 'operate' };
    case 'offer':
      return { kind: 'offer', dataset: undefined };
    default:
      return { kind: 'earnings', claimant: key('claimant') };
  }
}

/** The query that shows a view, keeping where the page looks. */
export function queryOf(view: View, search: string): string {
  const link = new URLSearchParams(search);
  for (const name of OWN) link.delete(name);
  switch (view.kind) {
    case 'earnings':
      if (view.claimant) link.set('claimant', view.claimant);
      break;
    case 'asset':
      link.set('asset', view.asset);
      break;
    case 'collection':
      link.set('collection', view.collection);
      break;
    case 'explore':
      if (view.vault) link.set('vault', view.vault);
      else link.set('view', 'explore');
      break;
    case 'root':
      link.set('root', view.root);
      break;
    case 'payer':
      if (view.payer) link.set('payer', view.payer);
      else link.set('view', 'pay');
      break;
    case 'offer':
      if (view.dataset !== undefined) link.set('dataset', view.dataset);
      else link.set('view', 'offer');
      break;
    default:
      link.set('view', view.kind);
  }
  const query = link.toString();
  return query === '' ? '' : `?${query}`;
}

function subscribe(changed: () => void): () => void {
  window.addEventListener('popstate', changed);
  return () => window.removeEventListener('popstate', changed);
}

/** The view of the link, also when the link changes without a reload. */
export function useView(): View {
  const search = useSyncExternalStore(subscribe, () => window.location.search);
  return viewOf(search);
}

/** Shows another view without loading the page again. */
export function show(view: View): void {
  const query = queryOf(view, window.location.search);
  window.history.pushState(null, '', `${window.location.pathname}${query}`);
  window.dispatchEvent(new PopStateEvent('popstate'));
  window.scrollTo({ top: 0 });
  // Readers who do not see the change are taken to it.
  document.getElementById('main')?.focus();
}
