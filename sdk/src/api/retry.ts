/** Tries requests again that may be repeated, when that may help; never one that could do something twice. */

const FIRST_WAIT_MS = 250;
/** Nobody waits longer than this for one try, whatever the server asks. */
export const WAIT_MS_MAX = 10_000;
const MAY_PASS = new Set([429, 502, 503, 504]);

/** A `fetch` that tries again up to `retries` times, waiting as long as the server says. */
export function retrying(send: typeof globalThis.fetch, retries: number): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const isRepeatable =
      request.method === 'GET' || request.method === 'HEAD' || request.headers.has('idempotency-key');
    for (let tried = 0; ; tried += 1) {
      const isLast = !isRepeatable || tried >= retries;
      let wait = FIRST_WAIT_MS * 2 ** tried;
      try {
        const answer = await send(request.clone());
        if (isLast || !MAY_PASS.has(answer.status)) return answer;
        wait = waitOf(answer) ?? wait;
        if (wait > WAIT_MS_MAX) return answer;
        await answer.body?.cancel();
      } catch (error) {
        if (isLast || request.signal.aborted) throw error;
      }
      await pause(wait, request.signal);
    }
  };
}

/** How long an answer asks to wait; nothing when it does not say. */
export function waitOf(answer: Response): number | undefined {
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

/** Waits, or throws the signal's reason once it is aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
