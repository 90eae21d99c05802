/**
 * The datasets that were offered from this device, with the key that follows each.
 * Kept so that a reload goes on; forgetting them loses nothing but the view, because
 * declaring the same again gives a new key.
 */
import { useSyncExternalStore } from 'react';
import type { DatasetDeclaration, DatasetTicket } from '@tributary/sdk';

/** A dataset on its way. */
export interface Offered {
  readonly ticket: DatasetTicket;
  readonly declaration: DatasetDeclaration;
}

const KEY = 'tributary.datasets';
const KEPT_MAX = 20;

let known: readonly Offered[] | undefined;
const listeners = new Set<() => void>();

/** Everything offered here, newest first. */
export function useOffered(): readonly Offered[] {
  return useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => (known ??= read()),
  );
}

/** Remembers one, or its new key. */
export function rememberOffered(offered: Offered): void {
  const others = (known ?? read()).filter(({ ticket }) => ticket.id !== offered.ticket.id);
  write([offered, ...others].slice(0, KEPT_MAX));
}

export function forgetOffered(id: string): void {
  write((known ?? read()).filter(({ ticket }) => ticket.id !== id));
}

function read(): readonly Offered[] {
  try {
    const value: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(value) ? value.filter(isOffered) : [];
  } catch {
    return []; // storage may be forbidden or hold something else
  }
}

function isOffered(value: unknown): value is Offered {
  const { ticket, declaration } = (value ?? {}) as { ticket?: unknown; declaration?: unknown };
  const { id, key, gatewayUrl } = (ticket ?? {}) as Record<string, unknown>;
  const { name, owner, sha256 } = (declaration ?? {}) as Record<string, unknown>;
  return [id, key, gatewayUrl, name, owner, sha256].every((each) => typeof each === 'string');
}

function write(next: readonly Offered[]): void {
  known = next;
  try {
    window.localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // Private windows may forbid storage: it is followed until the window closes.
  }
  for (const listener of listeners) listener();
}
