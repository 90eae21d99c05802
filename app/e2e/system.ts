/**
 * Where the running system is, and who in it has something to claim.
 *
 * The demo (`make demo`) leaves everything in target/demo; TRIBUTARY_DEMO names
 * another folder of a demo. Parts of it can be elsewhere: TRIBUTARY_API,
 * TRIBUTARY_RPC, TRIBUTARY_KEYS (Solana key files), TRIBUTARY_STORE (published files).
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createKeyPairSignerFromBytes, createSolanaRpc, type Address } from '@solana/kit';
import { claimable, createApi, findVaults, httpFiles, remembered, tokenBalance } from '@tributary/sdk';
import type { ChainRpc, FileSource, VaultClaimable } from '@tributary/sdk';

const checkout = join(import.meta.dirname, '..', '..');
const demo = process.env.TRIBUTARY_DEMO ?? join(checkout, 'target', 'demo');

const keys = process.env.TRIBUTARY_KEYS ?? join(demo, 'keys');

/** Somebody's Solana key file. */
export const keyFile = (name: string): string => join(keys, name);

/** Who had something due when the journeys began: files that run beside each other agree on places. */
export const ROSTER = 'TRIBUTARY_ROSTER';

/** Where screenshots go. */
export const SCREENSHOTS = join(checkout, 'target', 'screenshots');

/** Somebody with a key of their own. */
export interface Contributor {
  readonly name: string;
  readonly address: Address;
  /** As in a Solana key file. */
  readonly secret: readonly number[];
  readonly now: VaultClaimable;
}

export interface System {
  /** The API, which also serves the page. */
  readonly api: string;
  readonly rpcUrl: string;
  readonly rpc: ChainRpc;
  readonly files: FileSource;
  readonly store: string;
  readonly vault: Address;
  /** Everybody the newest root grants something. */
  readonly everybody: readonly Contributor[];
  /** Those with something due and SOL to pay for it, the richest first. */
  readonly contributors: readonly Contributor[];
  /** Base units in a contributor's token account. */
  tokensOf(contributor: Contributor): Promise<bigint>;
}

async function fromSummary(): Promise<Readonly<Record<string, unknown>>> {
  try {
    const summary = JSON.parse(await readFile(join(demo, 'summary.json'), 'utf8')) as {
      urls?: Record<string, unknown>;
    };
    return summary.urls ?? {};
  } catch {
    return {};
  }
}

function url(name: string, ...candidates: unknown[]): string {
  const found = candidates.find((candidate): candidate is string => typeof candidate === 'string');
  if (found === undefined) {
    throw new Error(`no ${name}: start "make demo" and leave it running, or set TRIBUTARY_${name}`);
  }
  return found.replace(/\/$/, '');
}

export async function findSystem(): Promise<System> {
  const urls = await fromSummary();
  const api = url('API', process.env.TRIBUTARY_API, urls.api);
  const network = await createApi(api).network();
  const rpcUrl = url('RPC', process.env.TRIBUTARY_RPC, network.rpc_url);
  const rpc = createSolanaRpc(rpcUrl);
  // Everybody's proof stands in the same files.
  const files = remembered(httpFiles(`${api}/v1/files/{hash}`));
  const [vault] = await findVaults(rpc);
  if (!vault) throw new Error('the chain has no vault');
  const everybody: Contributor[] = [];
  const known: Contributor[] = [];
  const contributors: Contributor[] = [];
  const look = async (file: string): Promise<void> => {
    const secret = JSON.parse(await readFile(keyFile(file), 'utf8')) as number[];
    const { address } = await createKeyPairSignerFromBytes(Uint8Array.from(secret));
    const now = await claimable({ rpc, files, vault, claimant: address });
    const contributor = { name: file.replace(/\.json$/, ''), address, secret, now };
    known.push(contributor);
    if (now.classes.some((each) => each.cumulative > 0n)) everybody.push(contributor);
    const { value: lamports } = await rpc.getBalance(address).send();
    if (now.due > 0n && lamports > 10_000_000n) contributors.push(contributor);
  };
  await Promise.all((await readdir(keys)).filter((name) => name.endsWith('.json')).map(look));
  const order = (a: Contributor, b: Contributor): number =>
    a.now.due === b.now.due ? (a.address < b.address ? -1 : 1) : a.now.due > b.now.due ? -1 : 1;
  everybody.sort(order);
  contributors.sort(order);
  const roster = process.env[ROSTER]?.split(',');
  return {
    api,
    rpcUrl,
    rpc,
    files,
    store: process.env.TRIBUTARY_STORE ?? join(demo, 'store'),
    vault,
    everybody,
    contributors: roster
      ? roster.flatMap((address) => known.filter((each) => each.address === address))
      : contributors,
    tokensOf: ({ address, now }) => tokenBalance(rpc, address, now.account.mint, now.account.tokenProgram),
  };
}

/** Three are paid by journeys; one stays unpaid. */
const CONTRIBUTORS_MIN = 3;

/** The contributor at this place among those with something due; -1 is the last, whom no journey pays. */
export function contributorAt(system: System, place: number): Contributor {
  const found = system.contributors.length > CONTRIBUTORS_MIN ? system.contributors.at(place) : undefined;
  if (!found) {
    throw new Error(
      `only ${system.contributors.length} contributors have something to claim and SOL to pay for it: start a new demo`,
    );
  }
  return found;
}
