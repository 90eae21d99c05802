/**
 * Checks a root step by step, as far as a page can: from the chain to every leaf.
 * What it cannot check here it says: that the leaves follow from the uses needs all
 * published files, and `tributary verify`.
 */
import {
  equal,
  fetchVaultState,
  fetchWhole,
  fromHex,
  readManifest,
  rootIsItself,
  rootOfFrontier,
  toHex,
  TributaryError,
  verifyLeafFile,
  type ChainRpc,
  type FileSource,
  type RootAccount,
  type VaultAccount,
} from '@tributary/sdk';
import type { Address } from '@solana/kit';
import { readableText } from '../ui/amount.js';

/** The steps, in order; each rests on those before it. */
export const STEPS = ['chain', 'identity', 'manifest', 'leaves', 'covered'] as const;
export type StepName = (typeof STEPS)[number];

/** How a step stands. */
export type StepState =
  | { readonly state: 'waiting' }
  | { readonly state: 'running'; readonly done: number; readonly of: number }
  | { readonly state: 'holds'; readonly found: string }
  | { readonly state: 'fails'; readonly why: string; readonly next: string };

export type Steps = Readonly<Record<StepName, StepState>>;

export const NOT_STARTED: Steps = {
  chain: { state: 'waiting' },
  identity: { state: 'waiting' },
  manifest: { state: 'waiting' },
  leaves: { state: 'waiting' },
  covered: { state: 'waiting' },
};

/** What is checked. */
export interface RootToVerify {
  readonly rpc: ChainRpc;
  readonly files: FileSource;
  readonly vault: Address;
  /** In hexadecimal. */
  readonly rootId: string;
  /** Whether it was vetoed or disabled: its place may be another root's by now. */
  readonly isStruckDown: boolean;
  readonly onStep: (name: StepName, state: StepState) => void;
  readonly signal: AbortSignal;
}

const grouped = (value: bigint | number): string => value.toLocaleString('en');

export async function verifyRoot(of: RootToVerify): Promise<void> {
  const { onStep, signal } = of;
  let at: StepName = 'chain';
  const run = async <T>(name: StepName, work: () => Promise<readonly [T, string]> | readonly [T, string]) => {
    at = name;
    signal.throwIfAborted();
    onStep(name, { state: 'running', done: 0, of: 0 });
    const [value, found] = await work();
    onStep(name, { state: 'holds', found });
    return value;
  };
  try {
    const { root, vault } = await run('chain', () => onChain(of));
    await run('identity', () => identity(root, vault));
    const leafFile = await run('manifest', () => manifest(of, root));
    const total = await run('leaves', () => leaves(of, root, vault, leafFile));
    await run('covered', () => covered(root, vault, total));
  } catch (error) {
    if (signal.aborted) return;
    const known = error instanceof TributaryError;
    onStep(at, {
      state: 'fails',
      why: known || error instanceof Unproven ? error.message : 'Something unexpected happened in this page.',
      next: known
        ? error.nextStep
        : error instanceof Unproven
          ? error.next
          : 'Reload the page and try again.',
    });
  }
}

/** A step that does not hold. */
class Unproven extends Error {
  constructor(
    why: string,
    /** What to do about it. */
    readonly next = 'Try again, or run “tributary verify”.',
  ) {
    super(why);
  }
}

interface OnChain {
  readonly root: RootAccount;
  readonly vault: VaultAccount;
}

async function onChain({
  rpc,
  vault,
  rootId,
  isStruckDown,
}: RootToVerify): Promise<readonly [OnChain, string]> {
  // Whose claims are looked at makes no difference here.
  const state = await fetchVaultState(rpc, vault, vault);
  const id = fromHex(rootId);
  const root = state.roots.find((each) => equal(each.id, id));
  if (!root) {
    if (isStruckDown) {
      throw new Unproven(
        'It was struck down; its place is another root’s by now.',
        'No claim is paid under it.',
      );
    }
    throw new Unproven(
      'The chain keeps a vault’s newest eight roots; this one has made room for others, or never stood there.',
    );
  }
  return [
    { root, vault: state.vault },
    `It stands at place ${root.place} of the vault’s ring, read at slot ${grouped(state.slot)}; watchers that attest it: ${root.attestations}.`,
  ];
}

function identity(root: RootAccount, vault: VaultAccount): readonly [undefined, string] {
  const top = rootOfFrontier(root.frontier, root.leafCount);
  if (!top || !equal(top.hash, root.treeHash)) throw new Unproven('Its nodes do not hash to its tree.');
  const [earned, refund, fee] = root.classTotals;
  if (top.sum !== earned + refund + fee) throw new Unproven('Its nodes do not sum to its totals.');
  if (!rootIsItself(root, vault.domain)) throw new Unproven('It does not hash to its own identity.');
  return [
    undefined,
    `${root.frontier.length} nodes hash and sum to its tree; parent, totals, manifest and policy set hash to its identity.`,
  ];
}

async function manifest(
  { files, vault }: RootToVerify,
  root: RootAccount,
): Promise<readonly [string, string]> {
  const hash = toHex(root.manifest);
  const read = readManifest(await fetchWhole(files, hash));
  if (read.vault !== vault || read.tree_hash !== toHex(root.treeHash)) {
    throw new Unproven('The manifest is that of another root.');
  }
  return [
    read.leaf_file,
    `The file ${hash.slice(0, 12)}… has the hash the chain names, and leads to this tree.`,
  ];
}

async function leaves(
  { files, onStep, signal }: RootToVerify,
  root: RootAccount,
  { domain }: VaultAccount,
  hash: string,
): Promise<readonly [bigint, string]> {
  const verified = await verifyLeafFile({
    files,
    hash,
    root: { ...root, domain },
    signal,
    onProgress: (done, of) => onStep('leaves', { state: 'running', done, of }),
  });
  const total = verified.classTotals.reduce((sum, each) => sum + each, 0n);
  return [
    total,
    `All ${grouped(verified.leafCount)} leaves of ${grouped(verified.claimants)} claimants are in order, none twice; they hash to the tree and sum to its totals.`,
  ];
}

function covered(root: RootAccount, vault: VaultAccount, total: bigint): readonly [undefined, string] {
  if (total > vault.deposited + vault.recapitalised) {
    throw new Unproven('It grants more than was ever deposited.');
  }
  return [
    undefined,
    `It grants ${readableText(total, vault.decimals)} in all; ${readableText(vault.deposited, vault.decimals)} were deposited${root.status === 'active' ? '' : '. It does not serve'}.`,
  ];
}
