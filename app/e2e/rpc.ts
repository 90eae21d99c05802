/**
 * A chain that misbehaves in one way: chosen methods of the RPC are answered by the
 * test, which may ask the real node first. Everything else goes through untouched.
 */
import type { Page } from 'playwright-core';

/** Asks the real node the same question. */
type Forward = () => Promise<unknown>;
/** Answers a method in the node's place. */
export type Answer = (params: readonly unknown[], forward: Forward) => unknown;

/** The node does not answer at all. */
export const SILENCE = Symbol('silence');

/** What the real node refused, which the page is told as the node said it. */
class Refusal extends Error {
  constructor(readonly said: object) {
    super(JSON.stringify(said));
  }
}

async function answered(answer: () => unknown): Promise<{ result: unknown } | { error: object } | symbol> {
  try {
    const result = await answer();
    return result === SILENCE ? SILENCE : { result };
  } catch (error) {
    if (error instanceof Refusal) return { error: error.said };
    throw error;
  }
}

interface Question {
  readonly id: unknown;
  readonly method: string;
  readonly params?: readonly unknown[];
}

export async function answerRpc(
  page: Page,
  rpcUrl: string,
  answers: Readonly<Record<string, Answer>>,
): Promise<void> {
  await page.route(
    (url) => url.origin === new URL(rpcUrl).origin,
    async (route) => {
      const question = route.request().postDataJSON() as Question | null;
      const answer = question ? answers[question.method] : undefined;
      if (!question || !answer) return route.continue();
      const forward = async (): Promise<unknown> => {
        const said = (await (await route.fetch()).json()) as { result?: unknown; error?: object };
        if (said.error) throw new Refusal(said.error);
        return said.result;
      };
      const said = await answered(() => answer(question.params ?? [], forward));
      if (typeof said === 'symbol') return route.abort();
      await route.fulfill({
        headers: { 'access-control-allow-origin': '*' },
        json: { jsonrpc: '2.0', id: question.id, ...said },
      });
    },
  );
}

/** An answer as of a slot. */
export const inContext = (value: unknown) => ({ context: { slot: 1, apiVersion: '2.0.0' }, value });
