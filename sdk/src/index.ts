/**
 * Tributary for TypeScript: see what an address earned, check it against the
 * chain, and claim it; deposit, mandate and register.
 */
export * from './errors.js';
export { concat, equal, fromHex, toHex, type Bytes } from './bytes.js';
export * from './formats/hash.js';
export * from './formats/content.js';
export * from './formats/dataset.js';
export * from './formats/leaf.js';
export * from './formats/leaf-file.js';
export * from './formats/mandate.js';
export * from './formats/manifest.js';
export * from './formats/root.js';
export * from './formats/usage.js';
export * from './formats/waterfall.js';
export {
  FRONTIER_DEPTH,
  frontierLength,
  join,
  locate,
  rootOfFrontier,
  SIBLING_BYTES,
  Tree,
  verifyProof,
  type Node,
  type Place,
} from './formats/tree.js';
export * from './published.js';
export * from './leaf-file-reader.js';
export * from './verify-leaf-file.js';
export * from './chain/addresses.js';
export * from './chain/accounts.js';
export * from './chain/read.js';
export {
  TRANSACTION_BYTES_MAX,
  type Confirmed,
  fetchLookupTables,
  type SendOptions,
  type Simulated,
} from './chain/transactions.js';
export { explain, type Failure } from './chain/explain.js';
export * from './claim/claimable.js';
export * from './claim/build.js';
export * from './claim/claim.js';
export * from './claim/recipient.js';
export * from './claim/lookup-table.js';
export {
  createApi,
  type AnswerOf,
  type Api,
  type ApiOptions,
  type Asked,
  type Balances,
  type Change,
  type DataOf,
  type EntryOf,
  type GetPath,
  type HistoryEntry,
  type HistoryPage,
  type ListPath,
  type NetworkInfo,
  type PageOf,
  type Receipt,
  type ReceiptEvent,
  type ReceiptEvents,
  type Receipts,
  type ReceiptsOf,
} from './api/client.js';
export { watch, type WatchOf } from './api/watch.js';
export { signIn, type Session, type SignInQuery } from './api/session.js';
export * from './deposit.js';
export * from './mandate.js';
export * from './register.js';
export * from './dataset.js';
/** The generated client of the registry program. */
export * as registry from './generated/registry/index.js';
/** The generated client of the rewards program. */
export * as rewards from './generated/rewards/index.js';
