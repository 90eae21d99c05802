/**
 * The API as typed calls: what the generated types say, with problems turned into
 * errors, pages followed, and reads tried again. For amounts it has no opinion of
 * its own; streams are in `watch.ts`, signing in is in `session.ts`.
 */
import createClient, { type Client } from 'openapi-fetch';
import type { Address } from '@solana/kit';
import { ApiProblem } from '../errors.js';
import { problemOf } from './problem.js';
import { retrying } from './retry.js';
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

/** The paths that answer with JSON. */
export type GetPath = {
  [Path in keyof paths]: [AnswerOf<Path>] extends [never] ? never : Path;
}[keyof paths];

/** The paths that answer with pages. */
export type ListPath = {
  [Path in GetPath]: AnswerOf<Path> extends { has_more: boolean } ? Path : never;
}[GetPath];

/** An entry of a list. */
export type EntryOf<Path extends ListPath> = AnswerOf<Path> extends { data: (infer Entry)[] } ? Entry : never;

type ParametersOf<Path extends GetPath> = paths[Path] extends { get: { parameters: infer P } } ? P : never;
type InPath<P> = P extends { path: infer Named } ? Named : unknown;
type InQuery<P> = P extends { query?: infer Named } ? NonNullable<Named> : unknown;

/** The parameters of a path: those of its address and those of its query together. */
export type Asked<Path extends GetPath> = InPath<ParametersOf<Path>> & InQuery<ParametersOf<Path>>;

/** Nothing need be given where nothing is needed. */
type MaybeAsked<Path extends GetPath> =
  Partial<Asked<Path>> extends Asked<Path> ? [of?: Asked<Path>] : [of: Asked<Path>];

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
/** Something that happened on the chain. */
export type Change = EntryOf<'/v1/changes'>;

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

/** Settings of {@link createApi}. */
export interface ApiOptions {
  readonly fetch?: typeof globalThis.fetch;
  /** A key or a session's token; reads need none. */
  readonly token?: string;
  /** How often a read is tried again when that may help; 2 unless said otherwise. */
  readonly retries?: number;
}

/** The API of one server. */
export interface Api {
  readonly baseUrl: string;
  /** All paths of the API, typed, without anything around them. */
  readonly client: Client<paths>;
  /** As the calls are sent: with the token, tried again where that may help. */
  readonly fetch: typeof globalThis.fetch;
  /** Reads any path. */
  get<Path extends GetPath>(path: Path, ...of: MaybeAsked<Path>): Promise<AnswerOf<Path>>;
  /** All entries of any list, page after page, as they are needed. */
  list<Path extends ListPath>(path: Path, ...of: MaybeAsked<Path>): AsyncGenerator<EntryOf<Path>, void>;
  network(): Promise<NetworkInfo>;
  balances(claimant: Address): Promise<Balances>;
  history(claimant: Address, page?: PageOf): Promise<HistoryPage>;
  receipts(claimant: Address, of: ReceiptsOf): Promise<Receipts>;
  receiptEvents(claimant: Address, of: ReceiptsOf): Promise<ReceiptEvents>;
}

/**
 * @example
 * ```ts
 * const api = createApi('http://127.0.0.1:8090');
 * const { vaults } = await api.balances(claimant);
 * for await (const root of api.list('/v1/vaults/{vault}/roots', { vault })) {
 *   console.log(root.epoch, root.status, root.earned_total);
 * }
 * ```
 */
export function createApi(baseUrl: string, options: ApiOptions = {}): Api {
  const { fetch: send = globalThis.fetch, token, retries = 2 } = options;
  const authorized: typeof globalThis.fetch = (input, init) => {
    const request = new Request(input, init);
    if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`);
    return send(request);
  };
  const fetch = retrying(authorized, retries);
  const timed = (request: Request) => fetch(request, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const client = createClient<paths>({ baseUrl, fetch: timed });

  const get = <Path extends GetPath>(path: Path, ...[of]: MaybeAsked<Path>): Promise<AnswerOf<Path>> => {
    const asked = Object.entries((of ?? {}) as Record<string, unknown>).filter(
      ([, value]) => value !== undefined,
    );
    const isInPath = ([name]: [string, unknown]) => path.includes(`{${name}}`);
    const params = {
      path: Object.fromEntries(asked.filter(isInPath)),
      query: Object.fromEntries(asked.filter((entry) => !isInPath(entry))),
    };
    // The types above say what fits; the library cannot follow them through a generic path.
    return answered(client.GET(path as never, { params } as never) as Promise<Answered<AnswerOf<Path>>>);
  };
  async function* list<Path extends ListPath>(
    path: Path,
    ...[of]: MaybeAsked<Path>
  ): AsyncGenerator<EntryOf<Path>, void> {
    let cursor: string | undefined;
    do {
      const asked = [Object.assign({}, of, cursor === undefined ? {} : { cursor })] as MaybeAsked<Path>;
      const page = (await get(path, ...asked)) as { data: EntryOf<Path>[]; next_cursor?: string | null };
      yield* page.data;
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }
  return {
    baseUrl,
    client,
    fetch,
    get,
    list,
    network: async () => (await get('/v1/network')).data,
    balances: async (claimant) => (await get('/v1/claimants/{claimant}/balances', { claimant })).data,
    history: (claimant, page = {}) => get('/v1/claimants/{claimant}/history', { claimant, ...defined(page) }),
    receipts: (claimant, of) => get('/v1/claimants/{claimant}/receipts', { claimant, ...defined(of) }),
    receiptEvents: (claimant, of) =>
      get('/v1/claimants/{claimant}/receipts/events', { claimant, ...defined(of) }),
  };
}

/** The same without what was left out. */
function defined<T extends PageOf>(of: T): Omit<T, 'cursor'> & { cursor?: string } {
  const { cursor, ...rest } = of;
  return cursor === undefined ? rest : { ...rest, cursor };
}

interface Answered<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** A call's data, or its problem as an error. */
export async function answered<T>(call: Promise<Answered<T>>): Promise<T> {
  let answer: Answered<T>;
  try {
    answer = await call;
  } catch (cause) {
    throw new ApiProblem(0, 'unreachable', 'The API did not answer.', true, undefined, { cause });
  }
  const { data, error, response } = answer;
  if (!response.ok || data === undefined) throw problemOf(response, error);
  return data;
}
