/** What the API says of the network: vaults, gateways, where these are on the web. */
import { useQuery } from '@tanstack/react-query';
import type { NetworkInfo } from '@tributary/sdk';
import { useNetwork } from './Network.js';

export function useNetworkInfo(): NetworkInfo | undefined {
  const { api } = useNetwork();
  return useQuery({ queryKey: ['network-info', api.baseUrl], queryFn: () => api.network(), retry: 1 }).data;
}
