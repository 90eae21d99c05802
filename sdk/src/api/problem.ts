/** From `application/problem+json` (RFC 9457) to an error. */
import { ApiProblem } from '../errors.js';

/** An answer that is not a success, with its parsed body when there was one. */
export function problemOf(answer: Response, body: unknown): ApiProblem {
  const problem = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const text = (field: string): string | undefined => {
    const value = problem[field];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return new ApiProblem(
    answer.status,
    text('code') ?? `http_${answer.status}`,
    text('detail') ?? text('title') ?? `The answer was ${answer.status} ${answer.statusText}.`,
    problem.retryable === true || answer.status === 429 || answer.status >= 500,
    text('request_id') ?? answer.headers.get('x-request-id') ?? undefined,
  );
}
