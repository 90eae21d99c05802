/**
 * The tables that keep a claim short, so that its proof fits beside what a wallet adds.
 * A claim works without them: a table that cannot be read is left out, never waited for.
 */
import { useQuery } from '@tanstack/react-query';
import type { AddressesByLookupTableAddress } from '@solana/kit';
import { fetchLookupTables } from '@tributary/sdk';
import { useNetwork } from '../network/Network.js';

/** Tables only grow; one that was closed is noticed by then. */
const KNOWN_FOR_MS = 300_000;

/** What the network's tables hold; nothing while that is read. */
export function useLookupTables(): AddressesByLookupTableAddress | undefined {
  const { rpc, rpcUrl, lookupTables } = useNetwork();
  const { data } = useQuery({
    queryKey: ['lookup-tables', rpcUrl, lookupTables],
    staleTime: KNOWN_FOR_MS,
    queryFn: async () => {
      const read = lookupTables.map((table) => fetchLookupTables(rpc, [table]));
      const tables = await Promise.allSettled(read);
      return Object.assign(
        {},
        ...tables.map((table) => (table.status === 'fulfilled' ? table.value : {})),
      ) as AddressesByLookupTableAddress;
    },
  });
  return data;
}
