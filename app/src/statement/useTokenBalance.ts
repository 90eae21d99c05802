/** How many tokens the claimant's associated account holds, as the chain says. */
import { useQuery } from '@tanstack/react-query';
import { tokenBalance, type VaultClaimable } from '@tributary/sdk';
import { useNetwork } from '../network/Network.js';

const POLL_MS = 6_000;

export function useTokenBalance(now: VaultClaimable): bigint | undefined {
  const { rpc, rpcUrl } = useNetwork();
  const { mint, tokenProgram } = now.account;
  const { data } = useQuery({
    queryKey: ['tokens', rpcUrl, mint, now.claimant],
    queryFn: () => tokenBalance(rpc, now.claimant, mint, tokenProgram),
    refetchInterval: POLL_MS,
  });
  return data;
}
