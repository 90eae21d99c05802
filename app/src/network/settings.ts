/**
 * Where the page looks: API, RPC and places that hold published files. The link
 * comes first, then what was set here, then the page's own origin. What the API
 * last said is remembered, so that a claim works when it is away.
 */
import { isAddress } from '@solana/kit';

/** What a person or a link has set. */
export interface Settings {
  /** Base URL of the API, without a slash at the end. */
  readonly api: string;
  /** RPC to use instead of the one the API names. */
  readonly rpc: string | undefined;
  /** More places that hold published files; `{hash}` and `{aa}` are filled in. */
  readonly files: readonly string[];
  /** Whether a link has set any of these: the page says so. */
  readonly fromLink: boolean;
}

/** What the API said when it last answered. */
export interface RememberedNetwork {
  readonly rpcUrl: string;
  readonly vaults: readonly string[];
  readonly lookupTables: readonly string[];
}

const SETTINGS_KEY = 'tributary.settings';
const NETWORK_KEY = 'tributary.network';
const URLS_MAX = 8;

/** The API's base URL when nothing else is set: the folder the page was loaded from. */
const ownOrigin = (): string => new URL('.', window.location.href).href.replace(/\/$/, '');

/** An http(s) URL, or nothing. */
export function httpUrl(text: string | null | undefined): string | undefined {
  if (!text) return undefined;
  try {
    const url = new URL(text);
    return url.protocol === 'http:' || url.protocol === 'https:' ? text.replace(/\/$/, '') : undefined;
  } catch {
    return undefined;
  }
}

/** Reads the link and what was stored. */
export function loadSettings(search: string = window.location.search): Settings {
  const link = new URLSearchParams(search);
  const stored = read(SETTINGS_KEY);
  const linked = { api: httpUrl(link.get('api')), rpc: httpUrl(link.get('rpc')) };
  const linkedFiles = link.getAll('files').map(httpUrl).filter(isText);
  const storedFiles = Array.isArray(stored.files)
    ? stored.files.map((url) => httpUrl(textOf(url))).filter(isText)
    : [];
  return {
    api: linked.api ?? httpUrl(textOf(stored.api)) ?? ownOrigin(),
    rpc: linked.rpc ?? httpUrl(textOf(stored.rpc)),
    files: [...linkedFiles, ...storedFiles].slice(0, URLS_MAX),
    fromLink: linked.api !== undefined || linked.rpc !== undefined || linkedFiles.length > 0,
  };
}

/** Keeps what a person has set on this device. */
export function storeSettings(settings: Pick<Settings, 'rpc' | 'files'> & { api: string | undefined }): void {
  write(SETTINGS_KEY, settings);
}

/** What the API last said about the network of this API. */
export function rememberedNetwork(api: string): RememberedNetwork | undefined {
  const { of, rpcUrl, vaults, lookupTables } = read(NETWORK_KEY);
  const rpc = httpUrl(textOf(rpcUrl));
  if (of !== api || !rpc || !Array.isArray(vaults)) return undefined;
  return { rpcUrl: rpc, vaults: addressesIn(vaults), lookupTables: addressesIn(lookupTables) };
}

/** Remembers it. */
export function rememberNetwork(api: string, network: RememberedNetwork): void {
  write(NETWORK_KEY, { of: api, ...network });
}

const addressesIn = (list: unknown): readonly string[] =>
  Array.isArray(list) ? list.map(textOf).filter(isText).filter(isAddress) : [];
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const isText = (value: string | undefined): value is string => value !== undefined;

function read(key: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(window.localStorage.getItem(key) ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // storage may be forbidden or hold something else
  }
}

function write(key: string, value: unknown): void {
  try {
    window.localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Private windows may forbid storage: the page then forgets, nothing more.
  }
}
