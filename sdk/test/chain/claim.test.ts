/** Claims, deposits and registrations against the built programs on a local network. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildClaim, CLAIM_BYTES_MAX, claimInstruction } from '../../src/claim/build.js';
import { claim } from '../../src/claim/claim.js';
import { claimable } from '../../src/claim/claimable.js';
import { createLookupTable } from '../../src/claim/lookup-table.js';
import { setRecipientInstruction } from '../../src/claim/recipient.js';
import { fetchAccounts, fetchPayer, findVaults, tokenBalance } from '../../src/chain/read.js';
import { fetchLookupTables, send, simulate, sizeOf } from '../../src/chain/transactions.js';
import { deposit, requestRefund, withdrawRefundRequest } from '../../src/deposit.js';
import { NothingToClaim, ProgramError, PublishedFileError, TransactionError } from '../../src/errors.js';
import { AssetKind, Uses } from '../../src/formats/content.js';
import { sha256 } from '../../src/formats/hash.js';
import { LeafClass, type Leaf } from '../../src/formats/leaf.js';
import { getAssetDecoder } from '../../src/generated/registry/accounts/asset.js';
import { register } from '../../src/register.js';
import { developmentSigner, startLocalnet, type Localnet, type Signer } from './localnet.js';
import { World } from './world.js';

const SOL = 1_000_000_000;

let net: Localnet;
let world: World;
let payer: Signer;
let ada: Signer;
let poor: Signer;
let crowd: readonly Leaf[];

beforeAll(async () => {
  [payer, ada, poor] = (await Promise.all(['sdk payer', 'sdk ada', 'sdk poor'].map(developmentSigner))) as [
    Signer,
    Signer,
    Signer,
  ];
  const roles = await World.roles();
  const others = await Promise.all(Array.from({ length: 40 }, (_, n) => developmentSigner(`sdk crowd ${n}`)));
  crowd = others.map((other, n) => ({
    class: LeafClass.earned,
    claimant: other.address,
    cumulative: BigInt(n + 1),
  }));
  net = await startLocalnet([
    ...roles.map((role) => ({ address: role.address, lamports: SOL, tokens: 0 })),
    { address: payer.address, lamports: SOL, tokens: 50_000_000 },
    { address: ada.address, lamports: SOL, tokens: 0 },
    { address: poor.address, lamports: 1_000_000, tokens: 0 },
  ]);
  world = await World.open(net);
}, 120_000);

afterAll(async () => {
  await net.stop();
});

const leaf = (of: Signer, cumulative: bigint, leafClass: LeafClass = LeafClass.earned): Leaf => ({
  class: leafClass,
  claimant: of.address,
  cumulative,
});
const query = (of: Signer) => ({
  rpc: net.rpc,
  files: world.source,
  vault: world.vault,
  claimant: of.address,
});
const tokensOf = (of: Signer) => tokenBalance(net.rpc, of.address, net.mint, net.tokenProgram);

describe('on a local network', { timeout: 120_000 }, () => {
  it('finds the vault from the chain alone', async () => {
    expect(await findVaults(net.rpc)).toEqual([world.vault]);
  });

  it('deposits, and turns a refusal of the program into a sentence with a next step', async () => {
    const by = { rpc: net.rpc, vault: world.vault, payer };
    await deposit({ ...by, amount: 40_000_000n });
    expect(await tokensOf(payer)).toBe(10_000_000n);
    await requestRefund(by);
    expect((await fetchPayer(net.rpc, world.vault, payer.address))?.refundSlot).toBeGreaterThan(0n);
    const refused = await deposit({ ...by, amount: 1n }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(ProgramError);
    expect(refused).toMatchObject({
      program: 'rewards',
      message: 'A refund was requested.',
      nextStep: 'Withdraw the request before depositing again.',
    });
    await withdrawRefundRequest(by);
    expect(await fetchPayer(net.rpc, world.vault, payer.address)).toMatchObject({
      deposited: 40_000_000n,
      refundSlot: undefined,
    });
  });

  it('says "nothing" before the first root, and "soon" while it is pending', async () => {
    const before = await claimable(query(ada));
    expect(before).toMatchObject({ root: undefined, pending: undefined, due: 0n });
    const posted = await world.post([leaf(ada, 1_500_000n), leaf(poor, 700_000n), ...crowd]);
    const during = await claimable(query(ada));
    expect(during.root).toBeUndefined();
    expect(during.pending?.epoch).toBe(1n);
    expect(during.classes[0]).toMatchObject({ name: 'earned', due: 0n, soon: 1_500_000n });
    await expect(buildClaim({ ...query(ada), payer: ada })).rejects.toThrow(NothingToClaim);
    await world.activate(posted);
  });

  it('shows cost and amount before anything is signed', async () => {
    const prepared = await buildClaim({ ...query(ada), payer: ada });
    expect(prepared).toMatchObject({ amount: 1_500_000n, left: 0n, affordable: true, feeLamports: 5000n });
    expect(prepared.rentLamports).toBeGreaterThan(2_000_000n); // a token account and a claim account
    expect(prepared.sizeBytes).toBeLessThanOrEqual(CLAIM_BYTES_MAX);
    expect(await tokensOf(ada)).toBe(0n);
  });

  it('claims once, and is then told that there is nothing', async () => {
    const prepared = await buildClaim({ ...query(ada), payer: ada });
    const before = (await fetchAccounts(net.rpc, [ada.address])).accounts[0]!.lamports;
    const steps: string[] = [];
    const receipt = await claim({ ...query(ada), payer: ada, onStep: (step) => steps.push(step) });
    const after = (await fetchAccounts(net.rpc, [ada.address])).accounts[0]!.lamports;
    expect(receipt.paid).toBe(1_500_000n);
    expect(await tokensOf(ada)).toBe(1_500_000n);
    expect(steps).toEqual(['building', 'signing', 'confirming']);
    // What was shown beforehand is what it cost.
    expect(before - after).toBe(prepared.feeLamports + prepared.rentLamports);
    expect((await claimable(query(ada))).classes[0]).toMatchObject({ claimed: 1_500_000n, due: 0n });
    await expect(claim({ ...query(ada), payer: ada })).rejects.toThrow(NothingToClaim);
  });

  it('says what is missing to whom cannot afford it, and lets another pay', async () => {
    const prepared = await buildClaim({ ...query(poor), payer: poor });
    expect(prepared.affordable).toBe(false);
    await expect(claim({ ...query(poor), payer: poor })).rejects.toThrow(TransactionError);
    const receipt = await claim({ ...query(poor), payer });
    expect(receipt.paid).toBe(700_000n);
    expect(await tokensOf(poor)).toBe(700_000n);
  });

  it('pays what the next root adds, and a refund in the same transaction', async () => {
    const leaves = [
      leaf(ada, 2_000_000n),
      leaf(ada, 300_000n, LeafClass.refund),
      leaf(poor, 700_000n),
      ...crowd,
    ];
    await world.activate(await world.post(leaves));
    const receipt = await claim({ ...query(ada), payer: ada });
    expect(receipt.prepared.parts.map((part) => part.name)).toEqual(['earned', 'refund']);
    expect(receipt.paid).toBe(800_000n);
    expect(await tokensOf(ada)).toBe(2_300_000n);
  });

  it('falls back to an older root when the newest leaf file is away, and fails clearly without any', async () => {
    const leaves = [
      leaf(ada, 2_500_000n),
      leaf(ada, 300_000n, LeafClass.refund),
      leaf(poor, 900_000n),
      ...crowd,
    ];
    const newest = await world.post(leaves);
    await world.activate(newest);
    world.missing.add(newest.leafFile);
    const older = await claimable(query(poor));
    expect(older.stale).toBe(true);
    expect(older.root?.epoch).toBe(2n);
    for (const hash of world.files.keys()) world.missing.add(hash);
    await expect(claimable(query(poor))).rejects.toThrow(PublishedFileError);
    world.missing.clear();
    expect((await claimable(query(poor))).due).toBe(200_000n);
  });

  it('pays whom the claimant has chosen, whoever pays for it', async () => {
    const choice = await setRecipientInstruction({ claimant: ada, recipient: poor.address });
    await send(net.rpc, await simulate(net.rpc, ada, [choice]));
    const before = await tokensOf(poor);
    const receipt = await claim({ ...query(ada), payer });
    expect(receipt.prepared.claimable.receiver).toBe(poor.address);
    expect(receipt.paid).toBe(500_000n);
    expect(await tokensOf(poor)).toBe(before + 500_000n);
    await send(net.rpc, await simulate(net.rpc, ada, [await setRecipientInstruction({ claimant: ada })]));
    expect((await claimable(query(ada))).receiver).toBe(ada.address);
  });

  it('claims with a lookup table, and then a claim under 2^20 leaves leaves room for a wallet', async () => {
    const leaves = [
      leaf(ada, 2_600_000n),
      leaf(ada, 300_000n, LeafClass.refund),
      leaf(poor, 900_000n),
      ...crowd,
    ];
    await world.activate(await world.post(leaves));
    const now = await claimable(query(ada));
    const table = await createLookupTable({ rpc: net.rpc, vault: world.vault, authority: payer });
    const options = { lookupTables: await fetchLookupTables(net.rpc, [table]) };
    const plain = await buildClaim({ ...query(ada), payer });
    const short = await buildClaim({ ...query(ada), payer, options });
    expect(short.sizeBytes).toBeLessThan(plain.sizeBytes - 150);
    const receipt = await claim({ ...query(ada), payer, options });
    expect(receipt.paid).toBe(100_000n);
    // Twenty levels, of which the root itself holds the top four.
    const [part] = now.classes;
    const deep = { ...part!, leaf: { ...part!.leaf!, proof: new Uint8Array(16 * 40) } };
    const size = await sizeOf(net.rpc, payer, [await claimInstruction(now, deep, payer)], options);
    expect(size).toBeLessThanOrEqual(CLAIM_BYTES_MAX);
  });

  it('registers by commit and reveal, with a parent and co-owners', async () => {
    const text = new TextEncoder().encode('A text of my own, told once.');
    const salts: Uint8Array[] = [];
    const base = { metadataHash: sha256([1]), uri: 'memory:text', licence: 'CC-BY-4.0', uses: Uses.all };
    const dataset = await register({
      rpc: net.rpc,
      owner: ada,
      registration: { ...base, kind: AssetKind.dataset, content: text },
      onSalt: (salt) => void salts.push(salt),
    });
    expect(salts).toHaveLength(1);
    const model = await register({
      rpc: net.rpc,
      owner: ada,
      registration: {
        ...base,
        kind: AssetKind.model,
        content: new TextEncoder().encode('{}'),
        mixBps: [1000, 2000, 0, 7000, 0],
        parents: [{ asset: dataset.asset, royaltyBps: 2500 }],
        coOwners: [
          { key: ada.address, shareBps: 6000 },
          { key: poor.address, shareBps: 4000 },
        ],
      },
    });
    const { accounts } = await fetchAccounts(net.rpc, [dataset.asset, model.asset]);
    const [first, second] = accounts.map((account) => getAssetDecoder().decode(account!.data));
    expect(first).toMatchObject({ kind: 1, owner: ada.address, uses: 7, parentCount: 0, ownerCount: 1 });
    expect(second).toMatchObject({
      kind: 2,
      parentCount: 1,
      ownerCount: 2,
      mixBps: [1000, 2000, 0, 7000, 0],
    });
    // The same content cannot be registered twice.
    await expect(
      register({
        rpc: net.rpc,
        owner: payer,
        registration: { ...base, kind: AssetKind.dataset, content: text },
      }),
    ).rejects.toThrow();
  });
});
