/** Starts the project's local network for tests, and stops it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { address, createKeyPairSignerFromPrivateKeyBytes, createSolanaRpc, type Address } from '@solana/kit';
import { sha256 } from '../../src/formats/hash.js';
import type { ChainRpc } from '../../src/chain/read.js';

const checkout = join(import.meta.dirname, '..', '..', '..');
const cache = process.env.TRIBUTARY_CACHE ?? join(homedir(), '.cache', 'tributary');
const binary =
  process.env.TRIBUTARY_LOCALNET ?? join(cache, 'target', 'localnet', 'release', 'tributary-localnet');
const START_MAX_MS = 60_000;

export type Signer = Awaited<ReturnType<typeof developmentSigner>>;

/** The key whose seed is SHA-256 of "tributary development key: `name`". */
export function developmentSigner(name: string) {
  return createKeyPairSignerFromPrivateKeyBytes(
    sha256(new TextEncoder().encode(`tributary development key: ${name}`)),
  );
}

/** Who is funded at the start. */
export interface Member {
  readonly address: Address;
  readonly lamports: number;
  readonly tokens: number;
}

export interface Localnet {
  readonly rpc: ChainRpc;
  readonly rpcUrl: string;
  readonly genesis: Address;
  readonly mint: Address;
  readonly tokenProgram: Address;
  stop(): Promise<void>;
}

/** Starts a network of this cast on free ports. */
export async function startLocalnet(cast: readonly Member[]): Promise<Localnet> {
  if (!existsSync(binary)) {
    throw new Error(`there is no local network at ${binary}: build it with "make programs localnet"`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'tributary-sdk-'));
  const [castFile, readyFile] = [join(folder, 'cast.json'), join(folder, 'ready.json')];
  await writeFile(castFile, JSON.stringify(cast));
  const deployed = join(checkout, 'target', 'deploy');
  const child = spawn(
    binary,
    ['--deploy-dir', deployed, '--slot-ms', '50', '--with-parent', '--cast', castFile, '--ready', readyFile],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  const ready = await readyOf(child, readyFile, () => said);
  return {
    rpc: createSolanaRpc(ready.rpc_url),
    rpcUrl: ready.rpc_url,
    genesis: address(ready.genesis),
    mint: address(ready.mint),
    tokenProgram: address(ready.token_program),
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Ready {
  readonly rpc_url: string;
  readonly genesis: string;
  readonly mint: string;
  readonly token_program: string;
}

async function readyOf(child: ChildProcess, file: string, said: () => string): Promise<Ready> {
  for (const started = Date.now(); Date.now() - started < START_MAX_MS;) {
    if (child.exitCode !== null) throw new Error(`the local network ended at once: ${said()}`);
    if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8')) as Ready;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill('SIGKILL');
  throw new Error(`the local network was not ready in time: ${said()}`);
}
