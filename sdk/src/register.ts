/**
 * Registers an asset: commits to it, waits, reveals it. The salt must outlive a
 * crash in between, so the caller is handed it before anything is sent.
 */
import {
  AccountRole,
  getAddressDecoder,
  type Address,
  type Instruction,
  type TransactionSigner,
} from '@solana/kit';
import {
  assetAddress,
  commitmentAddress,
  REGISTRY,
  registryConfigAddress,
  registryEventAuthority,
  shardAddress,
} from './chain/addresses.js';
import { ask, fetchAccounts, type ChainRpc } from './chain/read.js';
import { send, simulate, type Confirmed, type SendOptions } from './chain/transactions.js';
import { ChainError, FormatError, TransactionError } from './errors.js';
import type { AssetKind } from './formats/content.js';
import { commitment, contentId } from './formats/content.js';
import { sha256, type Digest } from './formats/hash.js';
import { getAssetDecoder } from './generated/registry/accounts/asset.js';
import { getCommitmentDecoder } from './generated/registry/accounts/commitment.js';
import { getConfigDecoder } from './generated/registry/accounts/config.js';
import { getCommitInstruction } from './generated/registry/instructions/commit.js';
import { getRegisterInstruction } from './generated/registry/instructions/register.js';

const POLL_MS = 500;
/** A reveal is given up when the chain has not moved on for so long. */
const WAIT_MAX_MS = 10 * 60_000;

/** Names content without having it. */
export interface ContentName {
  /** SHA-256 of the bytes. */
  readonly hash: Digest;
  readonly length: bigint;
}

/** How far a registration has come. */
export type RegisterStep = 'committing' | 'waiting' | 'revealing';

/** What is registered, and its terms. */
export interface Registration {
  readonly kind: AssetKind;
  /** The bytes of the text or manifest, or what names them. */
  readonly content: Uint8Array | ContentName;
  /** SHA-256 of the published metadata. */
  readonly metadataHash: Digest;
  /** Where the content can be had. */
  readonly uri: string;
  /** SPDX identifier, at most 32 characters. */
  readonly licence: string;
  /** Permitted uses as bits. */
  readonly uses: number;
  /** How a model mixes P0 to P4, in basis points; zeros for the default. */
  readonly mixBps?: readonly [number, number, number, number, number];
  /** At most 16, each with its royalty in basis points. */
  readonly parents?: readonly { readonly asset: Address; readonly royaltyBps: number }[];
  /** 1 to 16, with shares that sum to 10,000; the owner alone when not given. */
  readonly coOwners?: readonly { readonly key: Address; readonly shareBps: number }[];
}

/** Who registers, and how. */
export interface RegisterQuery {
  readonly rpc: ChainRpc;
  /** Owns the record and pays. */
  readonly owner: TransactionSigner;
  readonly registration: Registration;
  /** Which event sequence to use. */
  readonly shard?: number;
  /** From an earlier try whose reveal did not happen; fresh when not given. */
  readonly salt?: Digest;
  /** Told the salt before the commitment is sent: keep it until the reveal. */
  readonly onSalt?: (salt: Digest) => void | Promise<void>;
  /** Told what happens: the commitment, the wait, the reveal. */
  readonly onStep?: (step: RegisterStep) => void;
  readonly options?: SendOptions;
}

/** A registered asset. */
export interface Registered extends Confirmed {
  readonly asset: Address;
  readonly contentId: Digest;
}

/** Commits, waits for the minimum delay and until nobody can displace the parents, and reveals. */
export async function register(query: RegisterQuery): Promise<Registered> {
  const { rpc, owner, registration, options } = query;
  const salt = query.salt ?? crypto.getRandomValues(new Uint8Array(32));
  const config = await registryConfig(rpc);
  const { hash: contentHash, length: contentLength } = nameOf(registration.content);
  const id = contentId(registration.kind, contentLength, contentHash);
  const committed = commitment({
    genesis: config.genesis,
    registry: REGISTRY,
    kind: registration.kind,
    contentId: id,
    owner: owner.address,
    salt,
  });
  const shard = await shardAddress(query.shard ?? 0);
  const record = await commitmentAddress(committed);
  const eventAuthority = await registryEventAuthority();
  await query.onSalt?.(salt);

  const slotOf = async (): Promise<bigint | undefined> => {
    const { accounts } = await fetchAccounts(rpc, [record]);
    return accounts[0] && getCommitmentDecoder().decode(accounts[0].data).slot;
  };
  let since = await slotOf();
  if (since === undefined) {
    query.onStep?.('committing');
    const commit = getCommitInstruction({
      payer: owner,
      shard,
      record,
      eventAuthority,
      program: REGISTRY,
      commitment: committed,
    });
    await send(rpc, await simulate(rpc, owner, [commit], [], options), options);
    since = await slotOf();
  }
  if (since === undefined) throw new ChainError('The commitment was confirmed but cannot be read yet.');
  query.onStep?.('waiting');
  const revealable = since + config.revealMinSlots + 1n;
  const ripe = await parentsRipe(rpc, registration.parents ?? []);
  await waitForSlot(rpc, ripe > revealable ? ripe : revealable, options?.signal);

  const asset = await assetAddress(registration.kind, id);
  const reveal = withParents(
    getRegisterInstruction({
      payer: owner,
      owner,
      config: await registryConfigAddress(),
      shard,
      commitment: record,
      commitmentPayer: owner.address,
      asset,
      eventAuthority,
      program: REGISTRY,
      args: {
        kind: registration.kind,
        contentHash,
        contentLength,
        salt,
        metadataHash: registration.metadataHash,
        uriHash: sha256(new TextEncoder().encode(registration.uri)),
        licence: padded(registration.licence),
        uses: registration.uses,
        royaltyMode: 0,
        mixBps: [...(registration.mixBps ?? [0, 0, 0, 0, 0])],
        royaltiesBps: (registration.parents ?? []).map((parent) => parent.royaltyBps),
        coOwners: [...(registration.coOwners ?? [{ key: owner.address, shareBps: 10_000 }])],
      },
    }),
    registration.parents ?? [],
  );
  query.onStep?.('revealing');
  const confirmed = await send(rpc, await simulate(rpc, owner, [reveal], [], options), options);
  return { ...confirmed, asset, contentId: id };
}

function nameOf(content: Uint8Array | ContentName): ContentName {
  return content instanceof Uint8Array ? { hash: sha256(content), length: BigInt(content.length) } : content;
}

/** The parents' records stand behind the instruction's own accounts. */
function withParents(instruction: Instruction, parents: NonNullable<Registration['parents']>): Instruction {
  const records = parents.map((parent) => ({ address: parent.asset, role: AccountRole.READONLY }));
  return { ...instruction, accounts: [...(instruction.accounts ?? []), ...records] };
}

/** The first slot at which no older commitment can displace the parents any more. */
async function parentsRipe(rpc: ChainRpc, parents: NonNullable<Registration['parents']>): Promise<bigint> {
  if (parents.length === 0) return 0n;
  const { accounts } = await fetchAccounts(
    rpc,
    parents.map((parent) => parent.asset),
  );
  return accounts.reduce((ripe, account) => {
    if (!account) return ripe;
    const { displaceableUntil } = getAssetDecoder().decode(account.data);
    return displaceableUntil >= ripe ? displaceableUntil + 1n : ripe;
  }, 0n);
}

function padded(licence: string): Uint8Array {
  const bytes = new TextEncoder().encode(licence);
  if (bytes.length === 0 || bytes.length > 32) {
    throw new FormatError('licence', 'expected an SPDX identifier of 1 to 32 characters');
  }
  const out = new Uint8Array(32);
  out.set(bytes);
  return out;
}

interface RegistryConfig {
  readonly revealMinSlots: bigint;
  readonly genesis: Address;
}

async function registryConfig(rpc: ChainRpc): Promise<RegistryConfig> {
  const { accounts } = await fetchAccounts(rpc, [await registryConfigAddress()]);
  if (!accounts[0]) throw new ChainError('The registry is not set up on this chain.');
  const { settings, genesis } = getConfigDecoder().decode(accounts[0].data);
  return { revealMinSlots: settings.revealMinSlots, genesis: getAddressDecoder().decode(genesis) };
}

async function waitForSlot(rpc: ChainRpc, slot: bigint, signal?: AbortSignal): Promise<void> {
  const started = Date.now();
  for (;;) {
    signal?.throwIfAborted();
    if ((await ask(rpc.getSlot({ commitment: 'confirmed' }))) >= slot) return;
    if (Date.now() - started > WAIT_MAX_MS) {
      throw new TransactionError(
        'The chain did not move on while the reveal was waiting.',
        'Call again with the same salt: the commitment stays.',
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
