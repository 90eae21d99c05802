// Prints a session's token, for keys and webhooks: node examples/sign-in.mjs API_URL KEY_FILE
import { readFileSync } from 'node:fs';
import { createKeyPairSignerFromBytes, signBytes } from '@solana/kit';
import { createApi, signIn } from '@tributary/sdk';

const [api, keyFile] = process.argv.slice(2);
const { address, keyPair } = await createKeyPairSignerFromBytes(
  Uint8Array.from(JSON.parse(readFileSync(keyFile))),
);
const signText = (text) => signBytes(keyPair.privateKey, text);
console.log((await signIn({ api: createApi(api), address, signText })).token);
