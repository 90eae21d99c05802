// Prints what an address can claim: node examples/claimable.mjs API_URL CLAIMANT
import { createSolanaRpc, address } from '@solana/kit';
import { claimable, createApi, httpFiles } from '@tributary/sdk';

const [api, claimant] = process.argv.slice(2);
const network = await createApi(api).network();
const rpc = createSolanaRpc(network.rpc_url);
const files = httpFiles(`${api}/v1/files/{hash}`);
for (const { vault } of network.vaults) {
  const now = await claimable({ rpc, files, vault: address(vault), claimant: address(claimant) });
  console.log(`${vault}: ${now.due} base units can be claimed; the proof was checked here.`);
}
