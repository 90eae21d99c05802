/**
 * A vault with roots on a local network: the roles a claim needs, played with the
 * generated clients, and its published files held in memory.
 */
import { AccountRole, getAddressEncoder, type Address, type Instruction } from '@solana/kit';
import { compare, toHex, type Bytes } from '../../src/bytes.js';
import {
  associatedToken,
  REGISTRY,
  registryConfigAddress,
  registryEventAuthority,
  REWARDS,
  rewardsConfigAddress,
  rewardsEventAuthority,
  rootAddress,
  shardAddress,
  vaultAddress,
} from '../../src/chain/addresses.js';
import { readVault } from '../../src/chain/accounts.js';
import { ask, fetchAccounts } from '../../src/chain/read.js';
import { send, simulate } from '../../src/chain/transactions.js';
import { PublishedFileError } from '../../src/errors.js';
import { sha256 } from '../../src/formats/hash.js';
import { leafKey } from '../../src/formats/leaf-file.js';
import { vaultDomain, type Leaf } from '../../src/formats/leaf.js';
import { rootId } from '../../src/formats/root.js';
import * as registry from '../../src/generated/registry/index.js';
import * as rewards from '../../src/generated/rewards/index.js';
import type { FileSource } from '../../src/published.js';
import { writeLeafFile } from '../formats/leaf-file-writer.js';
import { developmentSigner, type Localnet, type Signer } from './localnet.js';

const LOADER = 'BPFLoaderUpgradeab1e11111111111111111111111' as Address;
const ZEROS = '00'.repeat(32);
/** The policy set that the vault is created with; nothing here reads it. */
const POLICY_SET = new Uint8Array(32).fill(7);

/** Slots and seconds a root waits; long enough to look at it while it is pending. */
const CHALLENGE = { challengeSlots: 4n, challengeSeconds: 1n } as const;

export class World {
  readonly files = new Map<string, Bytes>();
  /** What tests hand to the SDK; a hash in `missing` cannot be had. */
  readonly missing = new Set<string>();
  readonly source: FileSource = {
    name: 'memory',
    read: (hash, range) => {
      const bytes = this.missing.has(hash) ? undefined : this.files.get(hash);
      if (!bytes) return Promise.reject(new PublishedFileError(hash, 'it is not here'));
      return Promise.resolve(range ? bytes.slice(range.start, range.start + range.length) : bytes);
    },
  };

  private constructor(
    readonly net: Localnet,
    readonly vault: Address,
    private readonly governor: Signer,
    private readonly poster: Signer,
    private readonly watcher: Signer,
  ) {}

  /** Who needs SOL for it. */
  static roles(): Promise<readonly Signer[]> {
    return Promise.all(['poster', 'watcher'].map(developmentSigner));
  }

  /** Sets both programs up and creates the vault. */
  static async open(net: Localnet): Promise<World> {
    const [governor, poster, watcher] = await Promise.all(
      ['governor', 'poster', 'watcher'].map(developmentSigner),
    );
    const vault = await vaultAddress(net.mint);
    const world = new World(net, vault, governor!, poster!, watcher!);
    const genesis = getAddressEncoder().encode(net.genesis);
    const { getProgramDerivedAddress } = await import('@solana/kit');
    const programData = async (program: Address): Promise<Address> => {
      const seeds = [getAddressEncoder().encode(program)];
      return (await getProgramDerivedAddress({ programAddress: LOADER, seeds }))[0];
    };
    const registryAuthority = await registryEventAuthority();
    const eventAuthority = await rewardsEventAuthority();
    await world.run(
      governor!,
      registry.getInitializeInstruction({
        authority: governor!,
        config: await registryConfigAddress(),
        shard: await shardAddress(0),
        programData: await programData(REGISTRY),
        eventAuthority: registryAuthority,
        program: REGISTRY,
        genesis,
        settings: {
          revealMinSlots: 3n,
          revealMaxSlots: 3000n,
          displaceSlots: 5n,
          termsDelaySlots: 5n,
          timelockSlots: 50n,
          timelockSeconds: 5n,
          disputeSlots: 1000n,
          disputeBond: 100_000_000n,
          arbiter: governor!.address,
        },
      }),
    );
    await world.run(
      governor!,
      rewards.getInitializeInstruction({
        authority: governor!,
        config: await rewardsConfigAddress(),
        programData: await programData(REWARDS),
        eventAuthority,
        program: REWARDS,
        genesis,
        poster: poster!.address,
        guardian: governor!.address,
        registry: REGISTRY,
        threshold: 1,
        timelockSlots: 10n,
        timelockSeconds: 5n,
        watchers: [watcher!.address],
      }),
    );
    const [tokenAccount] = await associatedToken(vault, net.mint, net.tokenProgram);
    await world.run(
      governor!,
      rewards.getCreateVaultInstruction({
        governor: governor!,
        config: await rewardsConfigAddress(),
        mint: net.mint,
        vault,
        tokenAccount,
        tokenProgram: net.tokenProgram,
        eventAuthority,
        program: REWARDS,
        ...CHALLENGE,
        growthPerSlot: 1_000_000_000n,
        growthBurst: 1_000_000_000_000n,
        outflowPerSlot: 0n,
        outflowBurst: 0n,
        policySet: POLICY_SET,
      }),
    );
    return world;
  }

  /** Posts a root of these leaves on the newest one; it stays pending. */
  async post(
    unsorted: readonly Leaf[],
  ): Promise<{ readonly place: number; readonly id: Bytes; readonly leafFile: string }> {
    const { net, vault } = this;
    const { accounts } = await fetchAccounts(net.rpc, [vault]);
    const account = readVault(accounts[0]!.data);
    const epoch = account.headEpoch + 1n;
    const leaves = [...unsorted].sort((a, b) =>
      compare(leafKey(a.class, a.claimant), leafKey(b.class, b.claimant)),
    );
    const domain = vaultDomain(net.genesis, REWARDS, vault);
    const file = writeLeafFile(leaves, domain, epoch, 0);
    this.files.set(file.hash, file.bytes);
    const parent = account.headRoot ?? new Uint8Array(32);
    const finalisedSlot = await this.settled(account.headFinalisedSlot);
    const manifest = this.publish(
      JSON.stringify({
        version: 1,
        genesis: net.genesis,
        registry: REGISTRY,
        rewards: REWARDS,
        vault,
        mint: net.mint,
        epoch: Number(epoch),
        attempt: 0,
        parent: toHex(parent),
        finalised_slot: Number(finalisedSlot),
        terms_slot: Number(finalisedSlot),
        engine: 'test 1',
        policy_set: toHex(POLICY_SET),
        opening_state: ZEROS,
        chain: ZEROS,
        chain_digest: ZEROS,
        graph: ZEROS,
        mandates: ZEROS,
        credit: ZEROS,
        credit_end: 0,
        usage: [],
        closing_state: ZEROS,
        leaf_file: file.hash,
        tree_hash: toHex(file.tree.root.hash),
        total: file.tree.root.sum.toString(),
        leaf_count: leaves.length,
      }),
    );
    const place = (account.headPlace + 1) % 8;
    const header = { ...file.root, parent, finalisedSlot, manifest, policySet: POLICY_SET };
    await this.run(
      this.poster,
      rewards.getPostRootInstruction({
        poster: this.poster,
        config: await rewardsConfigAddress(),
        vault,
        root: await rootAddress(vault, place),
        eventAuthority: await rewardsEventAuthority(),
        program: REWARDS,
        place,
        ...header,
        classTotals: [...header.classTotals],
        overpaid: [0n, 0n, 0n],
        frontier: file.tree.frontier(),
      }),
    );
    return { place, id: rootId(header), leafFile: file.hash };
  }

  /** Attests to a pending root and activates it once its window has passed. */
  async activate({ place, id }: { readonly place: number; readonly id: Bytes }): Promise<void> {
    const shared = {
      config: await rewardsConfigAddress(),
      vault: this.vault,
      root: await rootAddress(this.vault, place),
      eventAuthority: await rewardsEventAuthority(),
      program: REWARDS,
      rootId: id,
    };
    await this.run(this.watcher, rewards.getAttestRootInstruction({ watcher: this.watcher, ...shared }));
    for (let tries = 0; ; tries += 1) {
      try {
        await this.run(this.governor, rewards.getActivateRootInstruction(shared));
        return;
      } catch (error) {
        if (tries > 60) throw error;
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    }
  }

  /** A slot above `after` that is at least 32 slots old. */
  private async settled(after: bigint): Promise<bigint> {
    for (;;) {
      const slot = await ask(this.net.rpc.getSlot({ commitment: 'confirmed' }));
      if (slot > after + 34n) return slot - 33n;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  private publish(text: string): Bytes {
    const bytes = new TextEncoder().encode(text);
    const hash = sha256(bytes);
    this.files.set(toHex(hash), bytes);
    return hash;
  }

  private async run(payer: Signer, instruction: Instruction): Promise<void> {
    await send(this.net.rpc, await simulate(this.net.rpc, payer, [instruction]));
  }
}

/** A reader's role: what a transaction's extra accounts are. */
export const READONLY = AccountRole.READONLY;
