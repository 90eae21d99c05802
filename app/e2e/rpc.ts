/**
 * A chain that misbehaves in one way: chosen methods of the RPC are answered by the
 * test, which may ask the real node first. Everything else goes through untouched.
 */
import type { Page } from 'playwright-core';

/** Asks the real node the same question. */
type Forward = () => Promise<unknown>;
/** Answers a method in the node's place. */
export type Answer = (params: readonly unknown[], forward: Forward) => unknown;

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
        const said = (await (await route.fetch()).json()) as { result?: unknown };
        return said.result;
      };
      const result = await answer(question.params ?? [], forward);
      await route.fulfill({
        headers: { 'access-control-allow-origin': '*' },
        json: { jsonrpc: '2.0', id: question.id, result },
      });
    },
  );
}

/** An answer as of a slot. */
export const inContext = (value: unknown) => ({ context: { slot: 1, apiVersion: '2.0.0' }, value });
