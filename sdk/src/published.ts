/**
 * Published files, fetched by the SHA-256 of their bytes. Nothing here trusts
 * where they come from: whole files are hashed, ranges are checked against the
 * root on the chain by their reader.
 */
import { retrying } from './api/retry.js';
import { toHex, type Bytes } from './bytes.js';
import { PublishedFileError, TributaryError } from './errors.js';
import { sha256 } from './formats/hash.js';

/** No manifest is longer; leaf files are read in ranges. */
export const WHOLE_FILE_BYTES_MAX = 64 * 1024 * 1024;
/** What {@link remembered} keeps before it starts anew. */
export const REMEMBERED_BYTES_MAX = 32 * 1024 * 1024;
const TIMEOUT_MS = 15_000;

/** A part of a file. */
export interface ByteRange {
  readonly start: number;
  readonly length: number;
}

/** A place that holds published files. */
export interface FileSource {
  /** For people: where this is. */
  readonly name: string;
  /** The file's bytes, or a part of them, unchecked. */
  read(hash: string, range?: ByteRange): Promise<Bytes>;
}

/** Settings of {@link httpFiles}. */
export interface HttpFilesOptions {
  readonly fetch?: typeof globalThis.fetch;
  /** For an answer, tries and waits included. */
  readonly timeoutMs?: number;
  /** How often a file is asked for again when that may help, as `Retry-After` says: 2. */
  readonly retries?: number;
}

/**
 * Files over HTTP. In the template, `{hash}` stands for the file's hash and
 * `{aa}` for its first two digits.
 *
 * @example
 * ```ts
 * const files = httpFiles('https://example.org/v1/files/{hash}');
 * ```
 */
export function httpFiles(template: string, options: HttpFilesOptions = {}): FileSource {
  const { fetch: send = globalThis.fetch, timeoutMs = TIMEOUT_MS, retries = 2 } = options;
  const get = retrying(send, retries);
  return {
    name: template,
    async read(hash, range) {
      const url = template.replaceAll('{hash}', hash).replaceAll('{aa}', hash.slice(0, 2));
      const headers: Record<string, string> = range
        ? { range: `bytes=${range.start}-${range.start + range.length - 1}` }
        : {};
      try {
        const answer = await get(url, { headers, signal: AbortSignal.timeout(timeoutMs) });
        if (!answer.ok)
          throw new PublishedFileError(hash, `${new URL(url, 'http://page').host} answered ${answer.status}`);
        const bytes = await limited(answer, hash);
        if (!range) return bytes;
        // A server that does not know ranges answers 200 with everything.
        const part = answer.status === 206 ? bytes : bytes.slice(range.start, range.start + range.length);
        if (part.length !== range.length)
          throw new PublishedFileError(hash, 'it is shorter than it should be');
        return part;
      } catch (error) {
        if (error instanceof TributaryError) throw error;
        throw new PublishedFileError(hash, 'there was no answer', { cause: error });
      }
    },
  };
}

async function limited(answer: Response, hash: string): Promise<Bytes> {
  if (Number(answer.headers.get('content-length') ?? 0) > WHOLE_FILE_BYTES_MAX) {
    throw new PublishedFileError(hash, 'it is larger than this reader takes');
  }
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (bytes.length > WHOLE_FILE_BYTES_MAX)
    throw new PublishedFileError(hash, 'it is larger than this reader takes');
  return bytes;
}

/** A file someone already has, such as one opened from a disk. */
export function heldFile(bytes: Bytes): FileSource & { readonly hash: string } {
  const held = toHex(sha256(bytes));
  return {
    name: 'a file from your disk',
    hash: held,
    read: (hash, range) =>
      hash === held
        ? Promise.resolve(range ? bytes.slice(range.start, range.start + range.length) : bytes)
        : Promise.reject(
            new PublishedFileError(hash, `the file you opened is ${held.slice(0, 12)}…, another one`),
          ),
  };
}

/** Asks one source after the other until one answers. */
export function firstOf(sources: readonly FileSource[]): FileSource {
  return {
    name: sources.map((source) => source.name).join(', '),
    async read(hash, range) {
      let last: Error = new PublishedFileError(hash, 'no place to look for it is known');
      for (const source of sources) {
        try {
          return await source.read(hash, range);
        } catch (error) {
          last =
            error instanceof Error
              ? error
              : new PublishedFileError(hash, 'there was no answer', { cause: error });
        }
      }
      throw last;
    },
  };
}

/** A whole file, hashed. */
export async function fetchWhole(source: FileSource, hash: string): Promise<Bytes> {
  const bytes = await source.read(hash);
  if (toHex(sha256(bytes)) !== hash)
    throw new PublishedFileError(hash, `${source.name} holds other bytes under its name`);
  return bytes;
}

/** Keeps what was read, so that asking again costs nothing: files never change under their hash. */
export function remembered(source: FileSource, bytesMax: number = REMEMBERED_BYTES_MAX): FileSource {
  const kept = new Map<string, Promise<Bytes>>();
  let size = 0;
  return {
    name: source.name,
    read(hash, range) {
      const key = range ? `${hash} ${range.start} ${range.length}` : hash;
      const known = kept.get(key);
      if (known) return known;
      const reading = source.read(hash, range);
      kept.set(key, reading);
      reading.then(
        (bytes) => {
          size += bytes.length;
          if (size <= bytesMax) return;
          kept.clear();
          size = 0;
        },
        () => kept.delete(key), // the next try asks again
      );
      return reading;
    },
  };
}
