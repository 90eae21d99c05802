// Claims what a key has earned, in one transaction a vault: node examples/claim.mjs API_URL KEY_FILE
import { readFileSync } from 'node:fs';
import { address, createKeyPairSignerFromBytes, createSolanaRpc } from '@solana/kit';
import { claim, createApi, fetchLookupTables, httpFiles } from '@tributary/sdk';

const [api, keyFile] = process.argv.slice(2);
const payer = await createKeyPairSignerFromBytes(Uint8Array.from(JSON.parse(readFileSync(keyFile))));
const network = await createApi(api).network();
const rpc = createSolanaRpc(network.rpc_url);
const files = httpFiles(`${api}/v1/files/{hash}`);
const options = { lookupTables: await fetchLookupTables(rpc, network.lookup_tables.map(address)) };
for (const vault of network.vaults.map((each) => address(each.vault))) {
  const { paid, signature } = await claim({ rpc, files, vault, claimant: payer.address, payer, options });
  console.log(`${paid} base units were paid in ${signature}`);
}
