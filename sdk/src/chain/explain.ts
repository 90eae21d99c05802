/** From a failed transaction to a sentence. Looks at codes, never at texts. */
import type { Address } from '@solana/kit';
import { ProgramError, TransactionError, type TributaryError } from '../errors.js';
import { PROGRAM_ERRORS } from '../generated/errors.js';
import { ASSOCIATED_TOKEN, REGISTRY, REWARDS, SYSTEM, TOKEN, TOKEN_2022 } from './addresses.js';

/** Custom errors of our programs begin here; lower ones come from the framework or from programs they call. */
const OWN_ERRORS_FROM = 6000;
/** Errors of the account framework begin here. */
const FRAMEWORK_ERRORS_FROM = 100;

const NAMES: Readonly<Record<string, 'registry' | 'rewards' | 'token' | 'system'>> = {
  [REGISTRY]: 'registry',
  [REWARDS]: 'rewards',
  [TOKEN]: 'token',
  [TOKEN_2022]: 'token',
  [ASSOCIATED_TOKEN]: 'token',
  [SYSTEM]: 'system',
};

/** What a failed transaction came with. */
export interface Failure {
  /** As the RPC gives it: a name, or an object with one. */
  readonly error: unknown;
  /** The programs of the transaction's instructions, in order. */
  readonly programs: readonly Address[];
  readonly logs?: readonly string[] | null | undefined;
  readonly signature?: string | undefined;
}

const KNOWN: Readonly<Record<string, readonly [string, string]>> = {
  BlockhashNotFound: [
    'The transaction is too old for the chain.',
    'Build it again and sign it within a minute.',
  ],
  AccountNotFound: [
    'The account that pays the fee does not exist on this chain.',
    'Send some SOL to it, then try again.',
  ],
  InsufficientFundsForFee: [
    'There is not enough SOL to pay the fee.',
    'Send some SOL to the paying account.',
  ],
  InsufficientFundsForRent: [
    'There is not enough SOL to pay the rent of a new account.',
    'Send some SOL to the paying account.',
  ],
  AlreadyProcessed: ['This transaction was sent before.', 'Look at the history before sending again.'],
};

/** Says what went wrong and what to do. */
export function explain(failure: Failure): TributaryError {
  const { error, logs, signature, programs } = failure;
  const detail = instructionError(error);
  if (detail?.custom !== undefined) return programError(programs[detail.index], detail.custom, logs ?? []);
  const name = nameOf(detail ? detail.reason : error);
  const [message, nextStep] = KNOWN[name] ?? [
    `The chain refused the transaction (${name}).`,
    'Nothing was changed. Try again; when asking for help, name this reason.',
  ];
  return new TransactionError(message, nextStep, signature, { cause: error });
}

function programError(program: Address | undefined, number: number, logs: readonly string[]): ProgramError {
  const name = (program && NAMES[program]) ?? 'unknown';
  if ((name === 'registry' || name === 'rewards') && number >= OWN_ERRORS_FROM) {
    const [sentence, step] = sentenceAndStep(
      PROGRAM_ERRORS[name][number] ?? `The program refused with error ${number}`,
    );
    return new ProgramError(name, number, sentence, step, logs);
  }
  if (number === 1 && name !== 'unknown') {
    return new ProgramError(
      name,
      number,
      'An account holds too little for this: tokens to move, or SOL for rent.',
      'Compare the balance with what was asked for, top it up and try again.',
      logs,
    );
  }
  const who = number < FRAMEWORK_ERRORS_FROM ? 'A program it called' : 'The program';
  return new ProgramError(
    name,
    number,
    `${who} refused with error ${number}.`,
    'Nothing was changed. Reload and try again; when asking for help, name this number.',
    logs,
  );
}

/** The programs write their sentences as "what is wrong: what to do". */
function sentenceAndStep(message: string): readonly [string, string] {
  const at = message.indexOf(': ');
  if (at === -1) return [`${message}.`, 'Nothing was changed. Reload and try again.'];
  const step = message.slice(at + 2);
  return [`${message.slice(0, at)}.`, `${step.charAt(0).toUpperCase()}${step.slice(1)}.`];
}

function instructionError(error: unknown): { index: number; reason: unknown; custom?: number } | undefined {
  if (typeof error !== 'object' || error === null || !('InstructionError' in error)) return undefined;
  const inner: unknown = error.InstructionError;
  if (!Array.isArray(inner)) return undefined;
  const [index, reason] = inner as readonly unknown[];
  if (typeof reason === 'object' && reason !== null && 'Custom' in reason) {
    return { index: Number(index), reason, custom: Number(reason.Custom) };
  }
  return { index: Number(index), reason };
}

function nameOf(error: unknown): string {
  if (typeof error === 'string') return error;
  if (typeof error === 'object' && error !== null) return Object.keys(error)[0] ?? 'unknown';
  return 'unknown';
}
