/** Every example that needs a chain and published files alone, run on a local network as it stands. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getAddressEncoder } from '@solana/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimable, type VaultClaimable } from '../../src/claim/claimable.js';
import { sha256 } from '../../src/formats/hash.js';
import { LeafClass } from '../../src/formats/leaf.js';
import { asksApi, examples, run } from '../doc-examples.js';
import { developmentSigner, startLocalnet, type Localnet, type Signer } from './localnet.js';
import { World } from './world.js';

const SOL = 1_000_000_000;
const DUE = 1_000_000n;
/** Examples that claim, by what they call. */
const CLAIMS = /\bclaim\(/;

const onChain = examples().filter((example) => !asksApi(example));
const nameOf = (reader: number): string => `sdk reader ${reader}`;

let net: Localnet;
let world: World;
let web: Server;
let readers: readonly Signer[];
let leafFile: string;

beforeAll(async () => {
  readers = await Promise.all(onChain.map((_, at) => developmentSigner(nameOf(at))));
  const payer = await developmentSigner('sdk payer');
  net = await startLocalnet([
    ...(await World.roles()).map(({ address }) => ({ address, lamports: SOL, tokens: 0 })),
    { address: payer.address, lamports: SOL, tokens: 50_000_000 },
    ...readers.map(({ address }) => ({ address, lamports: SOL, tokens: 0 })),
  ]);
  world = await World.open(net);
  const { deposit } = await import('../../src/deposit.js');
  await deposit({ rpc: net.rpc, vault: world.vault, payer, amount: 50_000_000n });
  // Every reader has something to claim.
  const posted = await world.post(
    readers.map(({ address }) => ({ class: LeafClass.earned, claimant: address, cumulative: DUE })),
  );
  leafFile = posted.leafFile;
  await world.activate(posted);
  web = createServer((request, response) => {
    const bytes = world.files.get(request.url?.split('/').at(-1) ?? '');
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    if (!bytes) response.writeHead(404).end();
    else if (first === undefined) response.writeHead(200).end(bytes);
    else response.writeHead(206).end(bytes.slice(Number(first), Number(last) + 1));
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
}, 120_000);

afterAll(async () => {
  await new Promise((resolve) => web.close(resolve));
  await net.stop();
});

const stateOf = (reader: Signer): Promise<VaultClaimable> =>
  claimable({ rpc: net.rpc, files: world.source, vault: world.vault, claimant: reader.address });

describe('on a local network', { timeout: 120_000 }, () => {
  it.each(onChain.map((example, at) => ({ example, at, where: example.where })))(
    'the example of $where runs as it stands',
    async ({ example, at }) => {
      const reader = readers[at]!;
      const { root, account, due } = await stateOf(reader);
      expect(due).toBe(DUE);
      const seed = sha256(new TextEncoder().encode(`tributary development key: ${nameOf(at)}`));
      const given = {
        rpc: net.rpc,
        files: world.source,
        vault: world.vault,
        claimant: reader.address,
        signer: reader,
        hotWallet: reader,
        coldWallet: world.vault,
        keyFile: Uint8Array.from([...seed, ...getAddressEncoder().encode(reader.address)]),
        hash: leafFile,
        root: { ...root, domain: account.domain },
      };
      await run(example, given, {
        'http://127.0.0.1:8899': net.rpcUrl,
        'http://127.0.0.1:8080': `http://127.0.0.1:${(web.address() as AddressInfo).port}`,
      });
      // Whoever claims has been paid.
      expect((await stateOf(reader)).due).toBe(CLAIMS.test(example.code) ? 0n : DUE);
    },
  );
});
