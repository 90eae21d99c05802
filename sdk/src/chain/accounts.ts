/**
 * Accounts of the rewards program that a claimant or payer needs, read through
 * the generated decoders into values without sentinels: `docs/programs.md` has the
 * layouts.
 */
import { getAddressDecoder, type Address, type FixedSizeDecoder, type ReadonlyUint8Array } from '@solana/kit';
import { equal, Reader, type Bytes } from '../bytes.js';
import { FormatError } from '../errors.js';
import { sha256 } from '../formats/hash.js';
import { rootId, type ClassTotals, type RootHeader } from '../formats/root.js';
import type { Node } from '../formats/tree.js';
import { getPayerDecoder, PAYER_DISCRIMINATOR } from '../generated/rewards/accounts/payer.js';
import { getRootDecoder, ROOT_DISCRIMINATOR } from '../generated/rewards/accounts/root.js';
import { getVaultDecoder, VAULT_DISCRIMINATOR } from '../generated/rewards/accounts/vault.js';

/** How many places a vault's ring of roots has. */
export const RING = 8;
/** How many of the newest active roots can be claimed from. */
export const CLAIMABLE_ROOTS = 4;

/** A vault: one per mint. */
export interface VaultAccount {
  readonly decimals: number;
  /** Whether somebody can freeze accounts of the mint. */
  readonly freezable: boolean;
  /** The place of the newest active root. */
  readonly headPlace: number;
  readonly deposited: bigint;
  /** What the reserve has added since the beginning. */
  readonly recapitalised: bigint;
  readonly paid: ClassTotals;
  /** The newest active root's epoch; 0 without one. */
  readonly headEpoch: bigint;
  readonly headFinalisedSlot: bigint;
  readonly headClassTotals: ClassTotals;
  readonly challengeSlots: bigint;
  readonly challengeSeconds: bigint;
  readonly mint: Address;
  readonly tokenProgram: Address;
  readonly tokenAccount: Address;
  readonly domain: Bytes;
  /** Base units that may leave against claims, a slot. */
  readonly outflowPerSlot: bigint;
  /** The most that outflow can be saved up; 2⁶⁴ − 1 for no limit. */
  readonly outflowBurst: bigint;
  /** What was saved up at `outflowSlot`. */
  readonly outflow: bigint;
  readonly outflowSlot: bigint;
  /** The mint's transfer fee when the vault was created, in basis points. */
  readonly feeBpsAtCreation: number;
  /** The newest active root; nothing before the first. */
  readonly headRoot: Bytes | undefined;
  /** The root in its challenge window. */
  readonly pendingRoot: Bytes | undefined;
}

/** Where a root stands in its life. */
export type RootStatus = 'pending' | 'active' | 'vetoed' | 'disabled';

/** A posted root. */
export interface RootAccount {
  readonly status: RootStatus;
  readonly place: number;
  readonly attestations: number;
  readonly postedSlot: bigint;
  /** First slot at which it can be activated. */
  readonly opensSlot: bigint;
  /** First Unix second at which it can be activated. */
  readonly opensAt: bigint;
  readonly activatedSlot: bigint | undefined;
  readonly vault: Address;
  readonly id: Bytes;
  readonly epoch: bigint;
  readonly attempt: number;
  readonly parent: Bytes;
  readonly finalisedSlot: bigint;
  readonly treeHash: Bytes;
  readonly classTotals: ClassTotals;
  readonly leafCount: number;
  readonly manifest: Bytes;
  readonly policySet: Bytes;
  readonly frontier: readonly Node[];
}

/** A payer's account with a vault. */
export interface PayerAccount {
  readonly deposited: bigint;
  /** When it asked for a refund. */
  readonly refundSlot: bigint | undefined;
  readonly vault: Address;
  readonly payer: Address;
}

/** The versions of the layouts that this software knows. */
const VERSIONS = { Vault: 2, Root: 2, Payer: 1 } as const;

function opened<T extends { readonly version: number }>(
  name: keyof typeof VERSIONS,
  data: Uint8Array,
  discriminator: ReadonlyUint8Array,
  decoder: FixedSizeDecoder<T>,
): T {
  const what = `account ${name}`;
  if (data.length < decoder.fixedSize) throw new FormatError(what, 'it is shorter than its layout');
  if (!equal(data.subarray(0, discriminator.length), discriminator)) {
    throw new FormatError(what, 'its first bytes are those of another account');
  }
  const account = decoder.decode(data);
  if (account.version !== VERSIONS[name])
    throw new FormatError(what, `version ${account.version} is not known to this software`);
  return account;
}

const copied = (bytes: ReadonlyUint8Array): Bytes => Uint8Array.from(bytes);
const unlessZero = (value: bigint): bigint | undefined => (value === 0n ? undefined : value);
const totals = ([earned = 0n, refund = 0n, fee = 0n]: readonly bigint[]): ClassTotals => [
  earned,
  refund,
  fee,
];

/** Reads a vault. */
export function readVault(data: Uint8Array): VaultAccount {
  const vault = opened('Vault', data, VAULT_DISCRIMINATOR, getVaultDecoder());
  const headRoot = copied(vault.headRoot);
  return {
    ...vault,
    freezable: vault.freezable !== 0,
    paid: totals(vault.paid),
    headClassTotals: totals(vault.headClassTotals),
    domain: copied(vault.domain),
    headRoot: headRoot.some((byte) => byte !== 0) ? headRoot : undefined,
    pendingRoot: vault.pending === 0 ? undefined : copied(vault.pendingRoot),
  };
}

const STATUS: Readonly<Record<number, RootStatus>> = {
  1: 'pending',
  2: 'active',
  3: 'vetoed',
  4: 'disabled',
};

/** Reads a place of the ring. */
export function readRoot(data: Uint8Array): RootAccount {
  const root = opened('Root', data, ROOT_DISCRIMINATOR, getRootDecoder());
  const status = STATUS[root.status];
  if (!status) throw new FormatError('account Root', 'its status is not known to this software');
  return {
    ...root,
    status,
    activatedSlot: unlessZero(root.activatedSlot),
    id: copied(root.rootId),
    parent: copied(root.parent),
    treeHash: copied(root.treeHash),
    classTotals: totals(root.classTotals),
    manifest: copied(root.manifest),
    policySet: copied(root.policySet),
    frontier: root.frontier
      .slice(0, root.frontierLen)
      .map((node) => ({ hash: copied(node.hash), sum: node.sum })),
  };
}

/** What a root's identity is made of. */
export function headerOf(root: RootAccount, domain: Bytes): RootHeader {
  return { ...root, domain };
}

/** Whether an account's identity is that of its fields. */
export function rootIsItself(root: RootAccount, domain: Bytes): boolean {
  return equal(rootId(headerOf(root, domain)), root.id);
}

/**
 * Reads what a claimant has been paid so far, in base units. The program makes
 * these accounts by hand, so the IDL does not know them: discriminator, version,
 * bump, amount.
 */
export function readClaimed(data: Uint8Array): bigint {
  const reader = new Reader(data, 'account Claim');
  if (!equal(reader.take(8), CLAIM_DISCRIMINATOR)) {
    throw new FormatError('account Claim', 'its first bytes are those of another account');
  }
  const version = reader.u8();
  if (version !== 1)
    throw new FormatError('account Claim', `version ${version} is not known to this software`);
  reader.u8(); // bump
  return reader.u64();
}

/** What can leave a vault against claims at a slot, in base units. */
export function outflowAt(vault: VaultAccount, slot: bigint): bigint {
  if (vault.outflowBurst === UNLIMITED_OUTFLOW) return UNLIMITED_OUTFLOW;
  const slots = slot > vault.outflowSlot ? slot - vault.outflowSlot : 0n;
  const saved = vault.outflow + slots * vault.outflowPerSlot;
  return saved < vault.outflowBurst ? saved : vault.outflowBurst;
}

const UNLIMITED_OUTFLOW = 2n ** 64n - 1n;

/**
 * Reads whom a claimant has chosen to receive; nothing when it receives itself.
 * Made by hand like the claim account: discriminator, version, seven reserved
 * bytes, claimant, recipient.
 */
export function readRecipient(data: Uint8Array): Address | undefined {
  // An account that the claimant has allocated without choosing names nobody.
  if (!equal(data.subarray(0, 8), RECIPIENT_DISCRIMINATOR)) return undefined;
  const reader = new Reader(data, 'account Recipient');
  reader.take(8);
  const version = reader.u8();
  if (version !== 1)
    throw new FormatError('account Recipient', `version ${version} is not known to this software`);
  reader.take(7 + 32);
  const chosen = reader.take(32);
  return chosen.some((byte) => byte !== 0) ? getAddressDecoder().decode(chosen) : undefined;
}

const RECIPIENT_DISCRIMINATOR = sha256(new TextEncoder().encode('account:Recipient')).slice(0, 8);
const CLAIM_DISCRIMINATOR = sha256(new TextEncoder().encode('account:Claim')).slice(0, 8);

/** Reads a payer's account. */
export function readPayer(data: Uint8Array): PayerAccount {
  const payer = opened('Payer', data, PAYER_DISCRIMINATOR, getPayerDecoder());
  return { ...payer, refundSlot: unlessZero(payer.refundSlot) };
}
