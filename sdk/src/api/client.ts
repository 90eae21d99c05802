/**
 * The API as typed calls: what the generated types say, with problems turned into
 * errors. For pages, streams and amounts it has no opinion of its own.
 */
import createClient, { type Client } from 'openapi-fetch';
import type { Address } from '@solana/kit';
import { ApiProblem } from '../errors.js';
import { problemOf } from './problem.js';
import type { paths } from './schema.js';

const TIMEOUT_MS = 15_000;

/** What a path answers when all is well. */
export type AnswerOf<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;

/** What is inside of that. */
export type DataOf<Path extends keyof paths> = AnswerOf<Path> extends { data: infer Data } ? Data : never;

/** Where the network is and which vaults it has. */
export type NetworkInfo = DataOf<'/v1/network'>;
/** What a claimant has in every vault. */
export type Balances = DataOf<'/v1/claimants/{claimant}/balances'>;
/** Credit of an epoch by asset, agent and policy. */
export type Receipts = AnswerOf<'/v1/claimants/{claimant}/receipts'>;
/** One of them. */
export type Receipt = Receipts['data'][number];
/** The paid uses behind them. */
export type ReceiptEvents = AnswerOf<'/v1/claimants/{claimant}/receipts/events'>;
/** One of them. */
export type ReceiptEvent = ReceiptEvents['data'][number];
/** What happened to a claimant, newest first. */
export type HistoryPage = AnswerOf<'/v1/claimants/{claimant}/history'>;
/** One of it. */
export type HistoryEntry = HistoryPage['data'][number];

/** Which page of a list. */
export interface PageOf {
  readonly cursor?: string | undefined;
  /** 1 to 100. */
  readonly limit?: number;
}

/** Which receipts. */
export interface ReceiptsOf extends PageOf {
  readonly vault: Address;
  readonly epoch: number;
}

/** The calls a claim page makes; everything else is in `client`. */
export interface Api {
  readonly baseUrl: string;
  /** All paths of the API, typed. */
  readonly client: Client<paths>;
  network(): Promise<NetworkInfo>;
  balances(claimant: Address): Promise<Balances>;
  history(claimant: Address, page?: PageOf): Promise<HistoryPage>;
  receipts(claimant: Address, of: ReceiptsOf): Promise<Receipts>;
  receiptEvents(claimant: Address, of: ReceiptsOf): Promise<ReceiptEvents>;
}

/**
 * @example
 * ```ts
 * const api = createApi('http://127.0.0.1:8080');
 * const { vaults } = await api.balances(address('…'));
 * ```
 */
export function createApi(baseUrl: string, options: { readonly fetch?: typeof globalThis.fetch } = {}): Api {
  const send = options.fetch ?? globalThis.fetch;
  const client = createClient<paths>({
    baseUrl,
    fetch: (request: Request) => send(request, { signal: AbortSignal.timeout(TIMEOUT_MS) }),
  });
  return {
    baseUrl,
    client,
    network: async () => (await answered(client.GET('/v1/network'))).data,
    balances: async (claimant) =>
      (await answered(client.GET('/v1/claimants/{claimant}/balances', { params: { path: { claimant } } })))
        .data,
    history: (claimant, page = {}) =>
      answered(
        client.GET('/v1/claimants/{claimant}/history', {
          params: { path: { claimant }, query: asked(page) },
        }),
      ),
    receipts: (claimant, of) =>
      answered(
        client.GET('/v1/claimants/{claimant}/receipts', { params: { path: { claimant }, query: asked(of) } }),
      ),
    receiptEvents: (claimant, of) =>
      answered(
        client.GET('/v1/claimants/{claimant}/receipts/events', {
          params: { path: { claimant }, query: asked(of) },
        }),
      ),
  };
}

/** The query without what was left out. */
function asked<T extends PageOf>(of: T): Omit<T, 'cursor'> & { cursor?: string } {
  const { cursor, ...rest } = of;
  return cursor === undefined ? rest : { ...rest, cursor };
}

async function answered<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let answer: { data?: T; error?: unknown; response: Response };
  try {
    answer = await call;
  } catch (cause) {
    throw new ApiProblem(0, 'unreachable', 'The API did not answer.', true, undefined, { cause });
  }
  const { data, error, response } = answer;
  if (!response.ok || data === undefined) throw problemOf(response, error);
  return data;
}
