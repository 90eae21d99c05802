/**
 * Manifests: everything a root was computed from, by content address. Read
 * strictly: other spellings of the same JSON are refused, because the root
 * commits to the bytes.
 */
import { FormatError } from '../errors.js';

/** A segment of one gateway's events. */
export interface UsageSegment {
  readonly gateway: string;
  readonly generation: number;
  readonly first: number;
  readonly end: number;
  readonly previous: string;
  readonly head: string;
  readonly file: string;
}

/** What a root was computed from and what came out; hashes in hexadecimal. */
export interface Manifest {
  readonly version: number;
  readonly genesis: string;
  readonly registry: string;
  readonly rewards: string;
  readonly vault: string;
  readonly mint: string;
  readonly epoch: number;
  readonly attempt: number;
  readonly parent: string;
  readonly finalised_slot: number;
  readonly terms_slot: number;
  readonly engine: string;
  readonly policy_set: string;
  readonly opening_state: string;
  readonly chain: string;
  readonly chain_digest: string;
  readonly graph: string;
  readonly mandates: string;
  readonly credit: string;
  readonly credit_end: number;
  readonly usage: readonly UsageSegment[];
  readonly closing_state: string;
  readonly leaf_file: string;
  readonly tree_hash: string;
  readonly total: string;
  readonly leaf_count: number;
}

const HASHES = [
  'parent',
  'policy_set',
  'opening_state',
  'chain',
  'chain_digest',
  'graph',
  'mandates',
  'credit',
  'closing_state',
  'leaf_file',
  'tree_hash',
] as const satisfies readonly (keyof Manifest)[];

const FIELDS = [
  'version',
  'genesis',
  'registry',
  'rewards',
  'vault',
  'mint',
  'epoch',
  'attempt',
  'parent',
  'finalised_slot',
  'terms_slot',
  'engine',
  'policy_set',
  'opening_state',
  'chain',
  'chain_digest',
  'graph',
  'mandates',
  'credit',
  'credit_end',
  'usage',
  'closing_state',
  'leaf_file',
  'tree_hash',
  'total',
  'leaf_count',
] as const satisfies readonly (keyof Manifest)[];

/** Reads canonical bytes and nothing else. */
export function readManifest(bytes: Uint8Array): Manifest {
  let value: unknown;
  const text = new TextDecoder().decode(bytes);
  try {
    value = JSON.parse(text);
  } catch {
    throw new FormatError('manifest', 'it is not JSON');
  }
  if (typeof value !== 'object' || value === null || Object.keys(value).join() !== FIELDS.join()) {
    throw new FormatError('manifest', 'its fields are not those of a manifest, in their order');
  }
  const manifest = value as Manifest; // its hashes and amounts are looked at below
  if (manifest.version !== 1) throw new FormatError('manifest', `version ${manifest.version} is not known`);
  for (const field of HASHES) {
    if (!/^[0-9a-f]{64}$/.test(manifest[field])) throw new FormatError('manifest', `${field} is not a hash`);
  }
  if (!/^(0|[1-9][0-9]{0,19})$/.test(manifest.total))
    throw new FormatError('manifest', 'total is not an amount');
  if (JSON.stringify(value) !== text) throw new FormatError('manifest', 'its bytes are not canonical');
  return manifest;
}
