/** What the page asks of a gateway: which agents it runs, and one call. */

/** No answer takes longer. */
const TIMEOUT_MS = 60_000;

/** An agent that can be called. */
export interface Agent {
  readonly name: string;
  readonly pricePerCall: bigint;
  readonly pricePerToken: bigint;
}

/** What a call came to. */
export interface Answer {
  readonly text: string;
  readonly price: bigint;
}

/** Why there is no answer, in the gateway's own words. */
export class GatewayTrouble extends Error {}

export async function agentsOf(gateway: string): Promise<readonly Agent[]> {
  const { data } = (await asked(`${gateway}/v1/models`)) as {
    data: { id: string; tributary: { price_per_call: string; price_per_token: string } }[];
  };
  return data.map(({ id, tributary }) => ({
    name: id,
    pricePerCall: BigInt(tributary.price_per_call),
    pricePerToken: BigInt(tributary.price_per_token),
  }));
}

/** Calls an agent once: the key says that a repeated request is the same call. */
export async function call(
  gateway: string,
  key: string,
  of: { readonly agent: string; readonly prompt: string },
): Promise<Answer> {
  const answer = (await asked(`${gateway}/v1/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
    },
    body: JSON.stringify({ model: of.agent, prompt: of.prompt, max_tokens: 32 }),
  })) as { choices: { text: string }[]; tributary: { price: string } };
  return { text: answer.choices[0]?.text ?? '', price: BigInt(answer.tributary.price) };
}

async function asked(url: string, init: RequestInit = {}): Promise<unknown> {
  let answer: Response;
  try {
    answer = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (cause) {
    throw new GatewayTrouble('The gateway did not answer.', { cause });
  }
  const body: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return body;
  const { title, next_step: next } = (body ?? {}) as Record<string, unknown>;
  const said = [title, next].filter((part) => typeof part === 'string').join('. ');
  throw new GatewayTrouble(said === '' ? `The gateway answered ${answer.status}.` : said);
}
