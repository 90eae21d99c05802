/**
 * Offers a dataset to a gateway: declares it under the owner's signature, sends the
 * file in parts, follows what the intake finds, and registers the text. The gateway
 * never has a key of the owner. What the owner signs on the chain is built here, not
 * taken from the gateway's answer.
 */
import { getBase58Decoder, type Address, type TransactionSigner } from '@solana/kit';
import { fromHex, toHex } from './bytes.js';
import { assetAddress } from './chain/addresses.js';
import type { ChainRpc } from './chain/read.js';
import type { SendOptions } from './chain/transactions.js';
import { ApiProblem, FormatError, WalletError } from './errors.js';
import { AssetKind, contentId } from './formats/content.js';
import { datasetText, usesAsBits, type DatasetDeclaration } from './formats/dataset.js';
import { getRegisterInstructionDataDecoder } from './generated/registry/instructions/register.js';
import { problemOf } from './api/problem.js';
import { pause } from './api/retry.js';
import { events } from './api/watch.js';
import type { SignText } from './mandate.js';
import { register, type Registered, type RegisterStep } from './register.js';

const TIMEOUT_MS = 20_000;
/** A part of the file goes out in one request. */
const PART_BYTES = 4 * 2 ** 20;
const PART_TIMEOUT_MS = 120_000;
/** A part that fails is sent again this often. */
const PART_TRIES = 5;
const FIRST_WAIT_MS = 500;
const WAIT_MS_MAX = 30_000;

/** The steps of the intake, in order. */
export const DATASET_STEPS = [
  'upload',
  'validate',
  'scan',
  'compare',
  'publish',
  'register',
  'index',
  'embed',
] as const;
/** One of {@link DATASET_STEPS}. */
export type DatasetStep = (typeof DATASET_STEPS)[number];

/** What was found of one kind: never the finding itself. */
export interface DatasetFinding {
  readonly kind: string;
  readonly count: number;
  /** The lines of the first ones, from 1. */
  readonly lines: readonly number[];
  /** How the first one begins. */
  readonly begins: string;
}

/** What the gateway answered to a declaration; the key is for this dataset alone. */
export interface DatasetTicket {
  readonly gatewayUrl: string;
  readonly id: string;
  readonly key: string;
}

/** How a dataset stands. */
export interface DatasetStanding {
  readonly id: string;
  readonly step: DatasetStep | 'done';
  readonly state: 'waiting' | 'due' | 'parked' | 'done' | 'withdrawn';
  readonly reason: string | null;
  readonly upload: { readonly bytes: number; readonly of: number };
  readonly facts: {
    readonly text_hash?: string;
    readonly text_bytes?: number;
    readonly records?: number;
    readonly scan?: {
      readonly secrets: readonly DatasetFinding[];
      readonly personal: readonly DatasetFinding[];
    };
    /** The founder of the cluster it joins, when something is like it. */
    readonly like?: Address;
    readonly metadata_hash?: string;
    readonly asset?: Address;
  };
  /** What is to be signed, while that is the step. */
  readonly registration: { readonly asset: Address; readonly register: { readonly data: string } } | null;
}

/** Something that happened to a dataset. */
export interface DatasetEvent {
  readonly sequence: number;
  /** `declared`, `uploaded`, `validated`, … as docs/gateway.md lists them. */
  readonly kind: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Signs a declaration and hands it to its gateway. Declaring the same again gives a new key. */
export async function declareDataset(of: {
  readonly gatewayUrl: string;
  readonly declaration: DatasetDeclaration;
  readonly signText: SignText;
}): Promise<DatasetTicket> {
  const { personalData, ...fields } = of.declaration;
  let signature: ArrayLike<number>;
  try {
    signature = await of.signText(new TextEncoder().encode(datasetText(of.declaration)));
  } catch (cause) {
    throw new WalletError(
      'The wallet did not sign the declaration.',
      'Nothing was sent. Approve it in the wallet.',
      { cause },
    );
  }
  const answer = await asked(of.gatewayUrl, '', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ...fields,
      personal_data: personalData,
      signature: getBase58Decoder().decode(Uint8Array.from(signature)),
    }),
  });
  const { id, key } = (await answer.json()) as { id?: unknown; key?: unknown };
  if (typeof id !== 'string' || typeof key !== 'string') {
    throw new ApiProblem(answer.status, 'unexpected', 'The gateway answered without a key.', false);
  }
  return { gatewayUrl: of.gatewayUrl, id, key };
}

/** Sends the file, from where an earlier try left off. */
export async function uploadDataset(of: {
  readonly ticket: DatasetTicket;
  readonly file: Blob;
  readonly onProgress?: (sent: number, of: number) => void;
  readonly signal?: AbortSignal;
}): Promise<void> {
  const { ticket, file, onProgress, signal } = of;
  let at = await offset(ticket);
  let tries = 0;
  onProgress?.(at, file.size);
  while (at < file.size) {
    signal?.throwIfAborted();
    try {
      const answer = await asked(
        ticket.gatewayUrl,
        `/${ticket.id}/content`,
        {
          method: 'PATCH',
          headers: { ...bearer(ticket), 'upload-offset': String(at) },
          body: file.slice(at, at + PART_BYTES),
        },
        PART_TIMEOUT_MS,
        signal,
      );
      at = offsetOf(answer);
      tries = 0;
    } catch (error) {
      // A part that broke off may have arrived in part: the gateway says from where to go on.
      const again = error instanceof ApiProblem && (error.retryable || error.problem === 'wrong_offset');
      tries += 1;
      if (!again || tries >= PART_TRIES) throw error;
      await pause(FIRST_WAIT_MS * 2 ** tries, signal);
      at = await offset(ticket);
    }
    onProgress?.(at, file.size);
  }
}

/** How it stands. */
export async function datasetStanding(ticket: DatasetTicket): Promise<DatasetStanding> {
  const answer = await asked(ticket.gatewayUrl, `/${ticket.id}`, { headers: bearer(ticket) });
  return (await answer.json()) as DatasetStanding;
}

/** Tries a parked step again. */
export async function retryDataset(ticket: DatasetTicket): Promise<void> {
  await asked(ticket.gatewayUrl, `/${ticket.id}/retry`, { method: 'POST', headers: bearer(ticket) });
}

/** Takes it back: file and text are deleted at the gateway; a record on the chain stays. */
export async function withdrawDataset(ticket: DatasetTicket): Promise<void> {
  await asked(ticket.gatewayUrl, `/${ticket.id}`, { method: 'DELETE', headers: bearer(ticket) });
}

/**
 * What happens to it, from the beginning or after an event, each once and in order,
 * across lost connections. Ends when nothing is left to do or it is withdrawn, or with the signal.
 */
export async function* followDataset(
  ticket: DatasetTicket,
  of: { readonly after?: number; readonly signal?: AbortSignal } = {},
): AsyncGenerator<DatasetEvent, void> {
  const { signal } = of;
  let last = of.after;
  let wait = FIRST_WAIT_MS;
  while (!signal?.aborted) {
    const lost = new AbortController();
    try {
      const answer = await fetch(addressOf(ticket.gatewayUrl, `/${ticket.id}/events`), {
        headers: {
          ...bearer(ticket),
          accept: 'text/event-stream',
          ...(last === undefined ? {} : { 'last-event-id': String(last) }),
        },
        signal: signal ? AbortSignal.any([signal, lost.signal]) : lost.signal,
      });
      if (!answer.ok || !answer.body) {
        const problem = problemOf(answer, await answer.json().catch(() => undefined));
        if (!problem.retryable) throw problem;
      } else {
        for await (const { id, name, data } of events(answer.body, () => {
          lost.abort();
        })) {
          wait = FIRST_WAIT_MS;
          last = Number(id);
          const kind = name ?? 'message';
          yield { sequence: last, kind, body: JSON.parse(data) as DatasetEvent['body'] };
          if (kind === 'embedded' || kind === 'withdrawn') return;
        }
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (error instanceof ApiProblem) throw error;
    } finally {
      lost.abort();
    }
    await pause(wait, signal).catch(() => undefined);
    wait = Math.min(wait * 2, WAIT_MS_MAX);
  }
}

/** Registers the text with two transactions of the owner. Going on after a reload is safe. */
export async function registerDataset(of: {
  readonly rpc: ChainRpc;
  readonly owner: TransactionSigner;
  readonly declaration: DatasetDeclaration;
  readonly standing: DatasetStanding;
  readonly onStep?: (step: RegisterStep) => void;
  readonly options?: SendOptions;
}): Promise<Registered> {
  const { rpc, owner, declaration, standing, onStep, options } = of;
  const { text_hash: textHash, text_bytes: textBytes, metadata_hash: metadataHash } = standing.facts;
  const { registration } = standing;
  if (!registration || textHash === undefined || textBytes === undefined || metadataHash === undefined) {
    throw new ApiProblem(0, 'not_ready', 'The gateway has not prepared the registration yet.', true);
  }
  if (
    declaration.format === 'text' &&
    textBytes === declaration.bytes &&
    textHash.toLowerCase() !== declaration.sha256.toLowerCase()
  ) {
    throw new FormatError('registration', 'the gateway would register another text than the file');
  }
  const content = { hash: fromHex(textHash), length: BigInt(textBytes) };
  const asset = await assetAddress(
    AssetKind.dataset,
    contentId(AssetKind.dataset, content.length, content.hash),
  );
  if (asset !== registration.asset) {
    throw new FormatError('registration', 'the gateway names another record than this text has');
  }
  // Only the salt comes from the gateway: a commitment that was made before a reload is found again.
  const { args } = getRegisterInstructionDataDecoder().decode(fromHex(registration.register.data));
  return register({
    rpc,
    owner,
    salt: Uint8Array.from(args.salt),
    registration: {
      kind: AssetKind.dataset,
      content,
      metadataHash: fromHex(metadataHash),
      uri: `sha256:${toHex(content.hash)}`,
      licence: declaration.licence,
      uses: usesAsBits(declaration.uses),
    },
    ...(onStep ? { onStep } : {}),
    ...(options ? { options } : {}),
  });
}

const bearer = (ticket: DatasetTicket) => ({ authorization: `Bearer ${ticket.key}` });
const addressOf = (gatewayUrl: string, path: string): string =>
  `${gatewayUrl.replace(/\/$/, '')}/v1/datasets${path}`;

async function offset(ticket: DatasetTicket): Promise<number> {
  return offsetOf(
    await asked(ticket.gatewayUrl, `/${ticket.id}/content`, { method: 'HEAD', headers: bearer(ticket) }),
  );
}

function offsetOf(answer: Response): number {
  const text = answer.headers.get('upload-offset') ?? '';
  if (!/^\d{1,15}$/.test(text)) {
    throw new ApiProblem(
      answer.status,
      'unexpected',
      'The gateway does not say how much of the file it has.',
      false,
    );
  }
  return Number(text);
}

async function asked(
  gatewayUrl: string,
  path: string,
  init: RequestInit,
  timeoutMs = TIMEOUT_MS,
  signal?: AbortSignal,
): Promise<Response> {
  const late = AbortSignal.timeout(timeoutMs);
  let answer: Response;
  try {
    answer = await fetch(addressOf(gatewayUrl, path), {
      ...init,
      signal: signal ? AbortSignal.any([signal, late]) : late,
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ApiProblem(0, 'unreachable', 'The gateway did not answer.', true, undefined, { cause });
  }
  if (!answer.ok) throw problemOf(answer, await answer.json().catch(() => undefined));
  return answer;
}
