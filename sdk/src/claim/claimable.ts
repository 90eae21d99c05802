/**
 * What a claimant can take out of a vault now, and what the next root will add:
 * from the chain and the published leaf files alone, each proof rebuilt and
 * checked here.
 */
import type { Address } from '@solana/kit';
import { equal, toHex, type Bytes } from '../bytes.js';
import { ProofError, PublishedFileError, TributaryError } from '../errors.js';
import { className, leafHash, LeafClass } from '../formats/leaf.js';
import { readManifest } from '../formats/manifest.js';
import { rootOfFrontier, verifyProof } from '../formats/tree.js';
import {
  CLAIMABLE_ROOTS,
  outflowAt,
  rootIsItself,
  type RootAccount,
  type VaultAccount,
} from '../chain/accounts.js';
import { fetchVaultState, type ChainRpc, type VaultState } from '../chain/read.js';
import { LeafFileReader, type ProvenLeaf } from '../leaf-file-reader.js';
import { fetchWhole, type FileSource } from '../published.js';

/** What one class of a vault grants a claimant. */
export interface ClassClaimable {
  readonly class: LeafClass;
  readonly name: 'earned' | 'refund' | 'fee';
  /** Base units granted since the beginning, under the root that was used. */
  readonly cumulative: bigint;
  /** Base units paid so far, as the chain says. */
  readonly claimed: bigint;
  /** Base units that can be taken now. */
  readonly due: bigint;
  /** Base units that the root in its challenge window will add. */
  readonly soon: bigint;
  /** The proven leaf; nothing when the root grants nothing. */
  readonly leaf: ProvenLeaf | undefined;
}

/** What a vault grants a claimant. */
export interface VaultClaimable {
  readonly vault: Address;
  readonly account: VaultAccount;
  readonly claimant: Address;
  /** Who receives: whom the claimant has chosen, or the claimant. */
  readonly receiver: Address;
  /** The slot the chain was read at. */
  readonly asOfSlot: bigint;
  /** The root the proofs lead to; nothing before the first root. */
  readonly root: RootAccount | undefined;
  /** Whether a newer root serves whose leaf file could not be had. */
  readonly stale: boolean;
  /** The root in its challenge window. */
  readonly pending: RootAccount | undefined;
  /** Why the pending root's leaf file could not be read, when it could not. */
  readonly pendingTrouble: TributaryError | undefined;
  readonly classes: readonly ClassClaimable[];
  /** Sum over the classes, in base units. */
  readonly due: bigint;
  /** Base units that the vault lets out now; what is due above it is paid by later claims. */
  readonly outflow: bigint;
}

/** What is asked. */
export interface ClaimableQuery {
  readonly rpc: ChainRpc;
  readonly files: FileSource;
  readonly vault: Address;
  readonly claimant: Address;
}

/**
 * What a claimant can take out of a vault, with proofs checked against the chain.
 *
 * @example
 * ```ts
 * const rpc = createSolanaRpc('http://127.0.0.1:8899');
 * const files = httpFiles('http://127.0.0.1:8080/v1/files/{hash}');
 * const now = await claimable({ rpc, files, vault, claimant });
 * console.log(now.due, 'base units');
 * ```
 */
export async function claimable(query: ClaimableQuery): Promise<VaultClaimable> {
  const state = await fetchVaultState(query.rpc, query.vault, query.claimant);
  const pending = state.roots.find((root) => root.status === 'pending');
  const [served, upcoming] = await Promise.all([
    newestReadable(query, state),
    pending ? tried(() => grantsOf(query, state, pending)) : undefined,
  ]);
  const classes = await Promise.all(
    Object.values(LeafClass).map(async (leafClass): Promise<ClassClaimable> => {
      const leaf = served && (await provenLeaf(served, leafClass, query.claimant));
      const next = upcoming && 'value' in upcoming ? upcoming.value[leafClass] : undefined;
      const claimed = state.claimed[leafClass];
      const cumulative = leaf?.cumulative ?? 0n;
      return {
        class: leafClass,
        name: className(leafClass),
        cumulative,
        claimed,
        due: atLeastZero(cumulative - claimed),
        soon: atLeastZero((next ?? 0n) - (cumulative > claimed ? cumulative : claimed)),
        leaf,
      };
    }),
  );
  return {
    vault: query.vault,
    account: state.vault,
    claimant: query.claimant,
    receiver: state.receiver,
    asOfSlot: state.slot,
    root: served?.root,
    stale: served !== undefined && served.root.epoch !== state.vault.headEpoch,
    pending,
    pendingTrouble: upcoming && 'trouble' in upcoming ? upcoming.trouble : undefined,
    classes,
    due: classes.reduce((sum, each) => sum + each.due, 0n),
    outflow: outflowAt(state.vault, state.slot),
  };
}

interface OpenedRoot {
  readonly root: RootAccount;
  readonly domain: Bytes;
  readonly reader: LeafFileReader;
}

/** The newest active root whose leaf file can be had; an older one still pays. */
async function newestReadable(query: ClaimableQuery, state: VaultState): Promise<OpenedRoot | undefined> {
  const active = state.roots
    .filter(
      (root) => root.status === 'active' && root.epoch + BigInt(CLAIMABLE_ROOTS) > state.vault.headEpoch,
    )
    .slice(0, CLAIMABLE_ROOTS);
  let first: TributaryError | undefined;
  for (const root of active) {
    const opened = await tried(() => openRoot(query, state, root));
    if ('value' in opened) return opened.value;
    first ??= opened.trouble;
  }
  if (first) throw first;
  return undefined;
}

async function openRoot(query: ClaimableQuery, state: VaultState, root: RootAccount): Promise<OpenedRoot> {
  const { domain } = state.vault;
  const top = rootOfFrontier(root.frontier, root.leafCount);
  if (!top || !equal(top.hash, root.treeHash) || !rootIsItself(root, domain)) {
    throw new ProofError('the root on the chain does not hash to its own identity.');
  }
  const hash = toHex(root.manifest);
  const manifest = readManifest(await fetchWhole(query.files, hash));
  if (manifest.vault !== query.vault || manifest.tree_hash !== toHex(root.treeHash)) {
    throw new PublishedFileError(hash, 'the manifest is of another root');
  }
  return {
    root,
    domain,
    reader: await LeafFileReader.open(query.files, manifest.leaf_file, { ...root, domain }),
  };
}

/** What a root grants a claimant: earned, refund, fee. */
async function grantsOf(
  query: ClaimableQuery,
  state: VaultState,
  root: RootAccount,
): Promise<readonly bigint[]> {
  const opened = await openRoot(query, state, root);
  const leaves = Object.values(LeafClass).map((leafClass) => provenLeaf(opened, leafClass, query.claimant));
  return (await Promise.all(leaves)).map((leaf) => leaf?.cumulative ?? 0n);
}

async function provenLeaf(
  { root, domain, reader }: OpenedRoot,
  leafClass: LeafClass,
  claimant: Address,
): Promise<ProvenLeaf | undefined> {
  const leaf = await reader.find(leafClass, claimant);
  if (!leaf) return undefined;
  const node = { hash: leafHash(leaf, domain), sum: leaf.cumulative };
  if (!verifyProof(root.frontier, node, leaf.index, root.leafCount, leaf.proof)) {
    throw new ProofError('the leaf does not lead to the root on the chain.');
  }
  return leaf;
}

async function tried<T>(run: () => Promise<T>): Promise<{ value: T } | { trouble: TributaryError }> {
  try {
    return { value: await run() };
  } catch (error) {
    if (error instanceof TributaryError) return { trouble: error };
    throw error;
  }
}

const atLeastZero = (value: bigint): bigint => (value > 0n ? value : 0n);
