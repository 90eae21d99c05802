/**
 * What happens on the chain, as it happens: the API's stream, resumed where it was
 * cut. A change's `cursor` is also the cursor of `/v1/changes`.
 */
import type { Address } from '@solana/kit';
import { ApiProblem } from '../errors.js';
import type { Api, Change } from './client.js';
import { problemOf } from './problem.js';
import { pause, waitOf } from './retry.js';

/** The server says that it lives every 15 seconds; after this a stream counts as lost. */
const SILENCE_MS_MAX = 45_000;
const FIRST_WAIT_MS = 500;
const WAIT_MS_MAX = 30_000;
/** No event is longer. */
const EVENT_CHARS_MAX = 1 << 20;

/** What to watch. */
export interface WatchOf {
  /** Only these kinds, such as `root_activated`; all when left out. */
  readonly kinds?: readonly string[];
  /** Only of this vault. */
  readonly vault?: Address;
  /** Leaves out what concerns only others. */
  readonly claimant?: Address;
  /** `finalised` when left out; `confirmed` is sooner and all but certain. */
  readonly commitment?: 'finalised' | 'confirmed';
  /** The cursor of the change to go on after; from now on when left out. */
  readonly cursor?: string;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/**
 * Changes as they happen, each once and in order, across lost connections. Ends
 * only with the signal, or when the server says that the question is wrong.
 *
 * @example
 * ```ts
 * for await (const change of watch(api, { claimant, kinds: ['root_activated', 'claimed'] })) {
 *   console.log(change.kind, change.epoch, change.amount);
 * }
 * ```
 */
export async function* watch(api: Api, of: WatchOf = {}): AsyncGenerator<Change, void> {
  const { signal } = of;
  let last = of.cursor;
  let wait = FIRST_WAIT_MS;
  while (!signal?.aborted) {
    const lost = new AbortController();
    const both = signal ? AbortSignal.any([signal, lost.signal]) : lost.signal;
    try {
      const answer = await api.fetch(addressOf(api, of), {
        headers: { accept: 'text/event-stream', ...(last === undefined ? {} : { 'last-event-id': last }) },
        signal: both,
      });
      if (!answer.ok || !answer.body) {
        const problem = problemOf(answer, await answer.json().catch(() => undefined));
        if (!problem.retryable) throw problem;
        wait = Math.max(wait, waitOf(answer) ?? 0);
      } else {
        for await (const event of events(answer.body, () => {
          lost.abort();
        })) {
          wait = FIRST_WAIT_MS;
          const change = JSON.parse(event.data) as Change;
          last = event.id;
          yield change;
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

function addressOf(api: Api, { kinds, vault, claimant, commitment }: WatchOf): string {
  const query = new URLSearchParams();
  if (kinds && kinds.length > 0) query.set('kinds', kinds.join(','));
  if (vault) query.set('vault', vault);
  if (claimant) query.set('claimant', claimant);
  if (commitment) query.set('commitment', commitment);
  return `${api.baseUrl}/v1/stream?${query.toString()}`;
}

/** An event of a stream. */
export interface StreamEvent {
  readonly id: string;
  /** What kind of event it is, where the stream says so. */
  readonly name: string | undefined;
  readonly data: string;
}

/** The events of a body (the parts of the event-stream format that the API uses). */
export async function* events(
  body: ReadableStream<Uint8Array>,
  onSilence: () => void,
  silenceMs = SILENCE_MS_MAX,
): AsyncGenerator<StreamEvent, void> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let text = '';
  try {
    for (;;) {
      const silence = setTimeout(onSilence, silenceMs);
      const { done, value } = await reader.read().finally(() => {
        clearTimeout(silence);
      });
      if (done) return;
      // A carriage return at the end waits for what follows it.
      text = (text + value).replaceAll('\r\n', '\n');
      if (text.length > EVENT_CHARS_MAX) throw new Error('an event without an end');
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
        const lines = text.slice(0, end).split('\n');
        text = text.slice(end + 2);
        const id = fieldOf(lines, 'id').at(-1);
        const data = fieldOf(lines, 'data');
        if (id !== undefined && data.length > 0)
          yield { id, name: fieldOf(lines, 'event').at(-1), data: data.join('\n') };
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function fieldOf(lines: readonly string[], name: string): string[] {
  return lines
    .filter((line) => line.startsWith(`${name}:`))
    .map((line) => line.slice(name.length + 1).replace(/^ /, ''));
}
