/** Makes an address lookup table on the local network, as `solana address-lookup-table` does on a cluster. */
import {
  AccountRole,
  address,
  getAddressEncoder,
  getProgramDerivedAddress,
  type Address,
  type Instruction,
} from '@solana/kit';
import { concat, u64 } from '../../src/bytes.js';
import { SYSTEM } from '../../src/chain/addresses.js';
import { ask } from '../../src/chain/read.js';
import { send, simulate } from '../../src/chain/transactions.js';
import type { Localnet, Signer } from './localnet.js';

const PROGRAM = address('AddressLookupTab1e1111111111111111111111111');
const u32 = (value: number): Uint8Array => Uint8Array.from([value, 0, 0, 0]);

export async function makeLookupTable(
  net: Localnet,
  by: Signer,
  accounts: readonly Address[],
): Promise<Address> {
  const slot = await ask(net.rpc.getSlot({ commitment: 'finalized' }));
  const { encode } = getAddressEncoder();
  const seeds = [encode(by.address), u64(slot)];
  const [table, bump] = await getProgramDerivedAddress({ programAddress: PROGRAM, seeds });
  const metas = [
    { address: table, role: AccountRole.WRITABLE },
    { address: by.address, role: AccountRole.READONLY_SIGNER, signer: by },
    { address: by.address, role: AccountRole.WRITABLE_SIGNER, signer: by },
    { address: SYSTEM, role: AccountRole.READONLY },
  ];
  const instruction = (data: Uint8Array): Instruction => ({ programAddress: PROGRAM, accounts: metas, data });
  const create = instruction(concat(u32(0), u64(slot), Uint8Array.of(bump)));
  const extend = instruction(
    concat(u32(2), u64(BigInt(accounts.length)), ...accounts.map((each) => Uint8Array.from(encode(each)))),
  );
  const { slot: made } = await send(net.rpc, await simulate(net.rpc, by, [create, extend]));
  // A table serves from the slot after the one in which it was written.
  while ((await ask(net.rpc.getSlot({ commitment: 'confirmed' }))) <= made) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return table;
}
