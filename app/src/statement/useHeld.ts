/** Asks the API what disputes hold of a claimant's income; the claim itself needs none of it. */
import { useQuery } from '@tanstack/react-query';
import type { Address } from '@solana/kit';
import type { Api } from '@tributary/sdk';
import { useNetwork } from '../network/Network.js';
import { heldOf, type Held } from './held.js';

const POLL_MS = 30_000;
const PAGE = 100;
/** Who shares more assets than this is told of the disputes about the first of them. */
const ASSETS_MAX = 500;

/** Held amounts and disputes, and the slot they are of. */
export interface HeldAnswer extends Held {
  readonly slot: number;
}

export function useHeld(claimant: Address): HeldAnswer | undefined {
  const { api } = useNetwork();
  return useQuery({
    queryKey: ['held', api.baseUrl, claimant],
    queryFn: () => ask(api, claimant),
    refetchInterval: POLL_MS,
    retry: 1,
  }).data;
}

async function ask(api: Api, claimant: Address): Promise<HeldAnswer> {
  const [balances, open] = await Promise.all([
    api.balances(claimant),
    api.get('/v1/disputes', { open: true, limit: PAGE }),
  ]);
  const shared = new Set<string>();
  // Mostly nothing is disputed, and nobody's assets need be looked through.
  if (open.data.length > 0) {
    for await (const { asset } of api.list('/v1/assets', { claimant, limit: PAGE })) {
      shared.add(asset);
      if (shared.size >= ASSETS_MAX) break;
    }
  }
  return { ...heldOf(balances, open.data, shared), slot: open.as_of_slot };
}
