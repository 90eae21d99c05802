/**
 * Everything this package throws: a class per kind of trouble, each with a code
 * for programs, a sentence for people and what to do next.
 */

/** The kinds of trouble. */
export type TributaryErrorCode =
  | 'format'
  | 'proof'
  | 'published'
  | 'api'
  | 'chain'
  | 'program'
  | 'transaction'
  | 'outcome_unknown'
  | 'wallet'
  | 'nothing_to_claim';

/** What all errors of this package have in common. */
export class TributaryError extends Error {
  override readonly name: string = 'TributaryError';

  constructor(
    /** For programs. */
    readonly code: TributaryErrorCode,
    /** What happened, in a sentence. */
    message: string,
    /** What a person can do about it, in a sentence. */
    readonly nextStep: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Bytes or texts that are not what they should be. */
export class FormatError extends TributaryError {
  override readonly name = 'FormatError';

  constructor(
    readonly what: string,
    detail: string,
  ) {
    super('format', `${what}: ${detail}`, 'Fetch it again; if it stays wrong, its publisher made a mistake.');
  }
}

/** A leaf that does not belong to the root on the chain. */
export class ProofError extends TributaryError {
  override readonly name = 'ProofError';

  constructor(detail: string) {
    super(
      'proof',
      `The proof does not hold: ${detail}`,
      'Nothing was sent. Reload to use the newest root; if this stays, tell a watcher.',
    );
  }
}

/** A published file that could not be fetched or is not what its name says. */
export class PublishedFileError extends TributaryError {
  override readonly name = 'PublishedFileError';

  constructor(
    readonly hash: string,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(
      'published',
      `The published file ${hash.slice(0, 12)}… could not be used: ${detail}`,
      'Name another place that holds the published files, or open the leaf file from your disk.',
      options,
    );
  }
}

/** An answer of the API that is a problem. */
export class ApiProblem extends TributaryError {
  override readonly name = 'ApiProblem';

  constructor(
    /** HTTP status; 0 when there was no answer. */
    readonly status: number,
    /** The API's own code. */
    readonly problem: string,
    detail: string,
    /** Whether the same request may work later. */
    readonly retryable: boolean,
    /** To name when asking for help. */
    readonly requestId?: string,
    options?: ErrorOptions,
  ) {
    super(
      'api',
      detail,
      retryable
        ? 'Try again in a moment; claiming works without the API.'
        : requestId === undefined
          ? 'Check what was asked for.'
          : `Check what was asked for; when asking for help, name request ${requestId}.`,
      options,
    );
  }
}

/** The chain's RPC did not answer, or not with what was asked for. */
export class ChainError extends TributaryError {
  override readonly name = 'ChainError';

  constructor(message: string, options?: ErrorOptions) {
    super('chain', message, 'Check the RPC address and your connection, then try again.', options);
  }
}

/** A refusal by a program, as a sentence. */
export class ProgramError extends TributaryError {
  override readonly name = 'ProgramError';

  constructor(
    /** Which program. */
    readonly program: 'registry' | 'rewards' | 'token' | 'system' | 'unknown',
    /** The program's number for it. */
    readonly number: number,
    message: string,
    nextStep: string,
    /** The log lines of the transaction. */
    readonly logs: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super('program', message, nextStep, options);
  }
}

/** A transaction that could not be built, sent or confirmed. */
export class TransactionError extends TributaryError {
  override readonly name = 'TransactionError';

  constructor(
    message: string,
    nextStep: string,
    /** The signature, when it was sent. */
    readonly signature?: string,
    options?: ErrorOptions,
  ) {
    super('transaction', message, nextStep, options);
  }
}

/** A transaction was sent, and the chain has not said how it ended. It must not be taken for a failure. */
export class OutcomeUnknown extends TributaryError {
  override readonly name = 'OutcomeUnknown';

  constructor(
    message: string,
    nextStep: string,
    /** What to look for in the history. */
    readonly signature: string,
    options?: ErrorOptions,
  ) {
    super('outcome_unknown', message, nextStep, options);
  }
}

/** The wallet refused or cannot do what is needed. */
export class WalletError extends TributaryError {
  override readonly name = 'WalletError';

  constructor(message: string, nextStep: string, options?: ErrorOptions) {
    super('wallet', message, nextStep, options);
  }
}

/** A claim of nothing. */
export class NothingToClaim extends TributaryError {
  override readonly name = 'NothingToClaim';

  constructor() {
    super(
      'nothing_to_claim',
      'There is nothing to claim: everything the newest root grants has been paid.',
      'Come back after the next root.',
    );
  }
}
