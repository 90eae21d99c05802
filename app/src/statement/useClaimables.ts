/** What a claimant can take out of each vault, read from the chain and kept fresh. */
import { useQueries, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import type { Address } from '@solana/kit';
import { claimable, type VaultClaimable } from '@tributary/sdk';
import { useNetwork } from '../network/Network.js';

const POLL_MS = 6_000;

/** A vault's answer; old answers stay on screen while new ones are fetched. */
export interface VaultAnswer {
  readonly vault: Address;
  readonly query: UseQueryResult<VaultClaimable>;
}

const KEY = 'claimable';

export function useClaimables(claimant: Address): readonly VaultAnswer[] {
  const { rpc, rpcUrl, files, vaults } = useNetwork();
  const queries = useQueries({
    queries: vaults.map((vault) => ({
      queryKey: [KEY, rpcUrl, files.name, vault, claimant],
      queryFn: () => claimable({ rpc, files, vault, claimant }),
      refetchInterval: POLL_MS,
      retry: 1,
    })),
  });
  return queries.flatMap((query, at) => {
    const vault = vaults[at];
    return vault ? [{ vault, query }] : [];
  });
}

/** Asks the chain and the API again, after something was paid. */
export function useRefreshAfterPayment(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'network' });
}
