/**
 * From instructions to a confirmed transaction: sized, simulated, signed once by
 * whoever holds the key, sent, and believed only when the chain says it worked.
 */
import {
  getSetComputeUnitLimitInstruction,
  getSetComputeUnitPriceInstruction,
} from '@solana-program/compute-budget';
import {
  appendTransactionMessageInstructions,
  assertIsTransactionMessageWithSingleSendingSigner,
  compileTransaction,
  compressTransactionMessageUsingAddressLookupTables,
  createTransactionMessage,
  fetchAddressesForLookupTables,
  getBase58Decoder,
  getBase64EncodedWireTransaction,
  getSignatureFromTransaction,
  getTransactionEncoder,
  isTransactionSendingSigner,
  pipe,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signAndSendTransactionMessageWithSigners,
  signTransactionMessageWithSigners,
  signature as asSignature,
  type Address,
  type AddressesByLookupTableAddress,
  type Instruction,
  type Signature,
  type TransactionSigner,
} from '@solana/kit';
import { ChainError, OutcomeUnknown, TransactionError, TributaryError, WalletError } from '../errors.js';
import { explain } from './explain.js';
import { ask, RPC_TIMEOUT_MS, type ChainRpc } from './read.js';

/** The most bytes a transaction can have. */
export const TRANSACTION_BYTES_MAX = 1232;
/** What is left to a wallet, which may add instructions of its own. */
export const WALLET_BYTES = 132;
/** The most compute units a transaction can ask for. */
const UNITS_MAX = 1_400_000;
/** Added to what the simulation used, in percent: state may have moved on. */
const UNITS_MARGIN_PERCENT = 20;
const CONFIRM_POLL_MS = 700;
const CONFIRM_MAX_MS = 90_000;
const RESEND_MS = 2_500;

/** How a transaction should be sent. */
export interface SendOptions {
  /** Priority fee in millionths of a lamport a compute unit; none when not given. */
  readonly microLamportsPerUnit?: bigint;
  /** Accounts that a transaction names by their place in a table: it gets shorter. */
  readonly lookupTables?: AddressesByLookupTableAddress;
  /** Stops waiting; what was sent may still land. */
  readonly signal?: AbortSignal;
  /** Told when the transaction has been signed and sent. */
  readonly onSent?: () => void;
}

/** A transaction the chain has tried out. */
export interface Simulated {
  readonly instructions: readonly Instruction[];
  readonly feePayer: TransactionSigner;
  /** Bytes with all its signatures. */
  readonly sizeBytes: number;
  /** Compute units it asks for. */
  readonly units: number;
  /** Lamports the fee payer pays for signatures and priority. */
  readonly feeLamports: bigint;
  /** Lamports of the watched accounts afterwards. */
  readonly lamportsAfter: readonly (bigint | undefined)[];
}

async function messageOf(
  rpc: ChainRpc,
  feePayer: TransactionSigner,
  instructions: readonly Instruction[],
  units: number,
  options: SendOptions,
) {
  const { value: lifetime } = await ask(rpc.getLatestBlockhash({ commitment: 'confirmed' }));
  const budget = [
    getSetComputeUnitLimitInstruction({ units }),
    ...(options.microLamportsPerUnit
      ? [getSetComputeUnitPriceInstruction({ microLamports: options.microLamportsPerUnit })]
      : []),
  ];
  return pipe(
    createTransactionMessage({ version: 0 }),
    (message) => setTransactionMessageFeePayerSigner(feePayer, message),
    (message) => setTransactionMessageLifetimeUsingBlockhash(lifetime, message),
    (message) => appendTransactionMessageInstructions([...budget, ...instructions], message),
    (message) => compressTransactionMessageUsingAddressLookupTables(message, options.lookupTables ?? {}),
  );
}

/**
 * Reads the lookup tables that `/v1/network` names, for {@link SendOptions.lookupTables}. A table can
 * grow, but what a place in it stands for never changes.
 */
export async function fetchLookupTables(
  rpc: ChainRpc,
  tables: readonly Address[],
): Promise<AddressesByLookupTableAddress> {
  try {
    return await fetchAddressesForLookupTables([...tables], rpc, {
      abortSignal: AbortSignal.timeout(RPC_TIMEOUT_MS),
    });
  } catch (cause) {
    throw new ChainError('A lookup table could not be read.', { cause });
  }
}

/** How many bytes a transaction of these instructions takes. */
export async function sizeOf(
  rpc: ChainRpc,
  feePayer: TransactionSigner,
  instructions: readonly Instruction[],
  options: SendOptions = {},
): Promise<number> {
  const message = await messageOf(rpc, feePayer, instructions, UNITS_MAX, options);
  return getTransactionEncoder().getSizeFromValue(compileTransaction(message));
}

/** Tries a transaction out without signatures; a failure becomes a sentence. */
export async function simulate(
  rpc: ChainRpc,
  feePayer: TransactionSigner,
  instructions: readonly Instruction[],
  watched: readonly Address[] = [],
  options: SendOptions = {},
): Promise<Simulated> {
  const message = await messageOf(rpc, feePayer, instructions, UNITS_MAX, options);
  const transaction = compileTransaction(message);
  const sizeBytes = getTransactionEncoder().getSizeFromValue(transaction);
  if (sizeBytes > TRANSACTION_BYTES_MAX) {
    throw new TransactionError(
      `The transaction would have ${sizeBytes} bytes; ${TRANSACTION_BYTES_MAX} is the most.`,
      'Do it in smaller parts.',
    );
  }
  const { value } = await ask(
    rpc.simulateTransaction(getBase64EncodedWireTransaction(transaction), {
      encoding: 'base64',
      commitment: 'confirmed',
      sigVerify: false,
      replaceRecentBlockhash: true,
      accounts: { addresses: [...watched], encoding: 'base64' },
    }),
  );
  const programs = message.instructions.map((instruction) => instruction.programAddress);
  if (value.err) throw explain({ error: value.err, programs, logs: value.logs });
  const used = Number(value.unitsConsumed ?? 0n);
  const units =
    used === 0 ? UNITS_MAX : Math.min(UNITS_MAX, Math.ceil((used * (100 + UNITS_MARGIN_PERCENT)) / 100));
  const signatures = BigInt(Object.keys(transaction.signatures).length);
  const priority = ((options.microLamportsPerUnit ?? 0n) * BigInt(units) + 999_999n) / 1_000_000n;
  return {
    instructions,
    feePayer,
    sizeBytes,
    units,
    feeLamports: signatures * 5000n + priority,
    lamportsAfter: value.accounts.map((account) => account?.lamports),
  };
}

/** A transaction that worked. */
export interface Confirmed {
  readonly signature: Signature;
  readonly slot: bigint;
}

/** Signs, sends and waits until the chain has confirmed it without an error. */
export async function send(
  rpc: ChainRpc,
  simulated: Simulated,
  options: SendOptions = {},
): Promise<Confirmed> {
  const { feePayer, instructions, units } = simulated;
  const message = await messageOf(rpc, feePayer, instructions, units, options);
  const programs = message.instructions.map((instruction) => instruction.programAddress);
  const { lastValidBlockHeight } = message.lifetimeConstraint;
  if (isTransactionSendingSigner(feePayer)) {
    assertIsTransactionMessageWithSingleSendingSigner(message);
    const sent = await asked(signAndSendTransactionMessageWithSigners(message));
    options.onSent?.();
    // A wallet may take another blockhash, so only the clock limits the wait.
    return confirm(rpc, asSignature(getBase58Decoder().decode(sent)), programs, { ...options });
  }
  const signed = await asked(signTransactionMessageWithSigners(message));
  const wire = getBase64EncodedWireTransaction(signed);
  const submit = () =>
    ask(rpc.sendTransaction(wire, { encoding: 'base64', skipPreflight: true, maxRetries: 0n }));
  await submit();
  options.onSent?.();
  return confirm(rpc, getSignatureFromTransaction(signed), programs, {
    ...options,
    lastValidBlockHeight,
    submit,
  });
}

/** A wallet's refusal, told apart from everything else. */
async function asked<T>(signing: Promise<T>): Promise<T> {
  try {
    return await signing;
  } catch (error) {
    if (error instanceof TributaryError) throw error;
    throw new WalletError(
      'The wallet did not sign.',
      'Nothing was sent. Open the wallet and approve the request, or choose another wallet.',
      { cause: error },
    );
  }
}

interface Waiting extends SendOptions {
  readonly lastValidBlockHeight?: bigint;
  readonly submit?: () => Promise<unknown>;
}

/**
 * Waits until a transaction is confirmed; fails when it failed or can no longer land. Once it
 * is sent, a node that is away or refuses to take it again says nothing about it: the wait goes on.
 */
async function confirm(
  rpc: ChainRpc,
  signature: Signature,
  programs: readonly Address[],
  waiting: Waiting,
): Promise<Confirmed> {
  const started = Date.now();
  let sentAt = started;
  for (;;) {
    waiting.signal?.throwIfAborted();
    const heard = await unlessAway(() => standing(rpc, signature, waiting.lastValidBlockHeight));
    const status = heard?.status;
    if (status?.err) throw explain({ error: status.err, programs, signature });
    if (status && (status.confirmationStatus === 'confirmed' || status.confirmationStatus === 'finalized')) {
      return { signature, slot: status.slot };
    }
    if (heard && !status && heard.isExpired) {
      throw new TransactionError(
        'The transaction did not land in time and can no longer do so.',
        'Nothing was changed. Try again.',
        signature,
      );
    }
    if (Date.now() - started > CONFIRM_MAX_MS) {
      throw new OutcomeUnknown(
        'The chain has not confirmed the transaction yet.',
        'It may still land: look at the history before you try again.',
        signature,
      );
    }
    const { submit } = waiting;
    if (submit && !status && Date.now() - sentAt > RESEND_MS) {
      sentAt = Date.now();
      await unlessAway(submit);
    }
    await new Promise((resolve) => setTimeout(resolve, CONFIRM_POLL_MS));
  }
}

/** What the chain says of a transaction, and whether it can no longer land. */
async function standing(rpc: ChainRpc, signature: Signature, lastValidBlockHeight: bigint | undefined) {
  // The height is read before the status: a transaction that lands in
  // between is then seen as landed, never as expired.
  const height =
    lastValidBlockHeight === undefined ? 0n : await ask(rpc.getBlockHeight({ commitment: 'confirmed' }));
  const { value } = await ask(rpc.getSignatureStatuses([signature], { searchTransactionHistory: true }));
  return { status: value[0], isExpired: lastValidBlockHeight !== undefined && height > lastValidBlockHeight };
}

/** An answer of the chain; nothing when it does not answer, or refuses. */
async function unlessAway<T>(asking: () => Promise<T>): Promise<T | undefined> {
  try {
    return await asking();
  } catch (error) {
    if (error instanceof ChainError) return undefined;
    throw error;
  }
}
