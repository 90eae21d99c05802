/** Gives a gateway a mandate: the payer signs a readable text, the gateway answers with a key to call it with. */
import { getBase58Decoder, type Address } from '@solana/kit';
import { ApiProblem, WalletError } from './errors.js';
import { mandateText, type Mandate } from './formats/mandate.js';
import { problemOf } from './api/problem.js';

const TIMEOUT_MS = 15_000;

/** Signs the bytes of a text with the payer's key: a wallet's `signMessage`, or a key pair. */
export type SignText = (text: Uint8Array<ArrayBuffer>) => Promise<ArrayLike<number>>;

/** What the gateway answers. */
export interface MandateGiven {
  readonly mandateId: string;
  /** For `Authorization: Bearer …`; whoever has it can spend under the mandate. */
  readonly apiKey: string;
}

/** Signs a mandate and hands it to its gateway. */
export async function mandate(of: {
  readonly gatewayUrl: string;
  readonly mandate: Mandate;
  readonly signText: SignText;
  readonly fetch?: typeof globalThis.fetch;
}): Promise<MandateGiven> {
  const { mandate: fields, fetch: post = globalThis.fetch } = of;
  let signature: ArrayLike<number>;
  try {
    signature = await of.signText(new TextEncoder().encode(mandateText(fields)));
  } catch (cause) {
    throw new WalletError(
      'The wallet did not sign the mandate.',
      'Nothing was sent. Approve it in the wallet.',
      { cause },
    );
  }
  const body = {
    ...fields,
    maximum: fields.maximum.toString(),
    // The wire format has JSON numbers here; both stay far below 2⁵³.
    expires: exact(fields.expires, 'expiry slot'),
    nonce: exact(fields.nonce, 'nonce'),
    signature: getBase58Decoder().decode(Uint8Array.from(signature)),
  };
  let answer: Response;
  try {
    answer = await post(new URL('/v1/mandates', of.gatewayUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    throw new ApiProblem(0, 'unreachable', 'The gateway did not answer.', true, undefined, { cause });
  }
  const value: unknown = await answer.json().catch(() => undefined);
  if (!answer.ok) throw problemOf(answer, value);
  const { mandate_id: mandateId, api_key: apiKey } = (value ?? {}) as Record<string, unknown>;
  if (typeof mandateId !== 'string' || typeof apiKey !== 'string') {
    throw new ApiProblem(
      answer.status,
      'unexpected',
      'The gateway answered something else than a key.',
      false,
    );
  }
  return { mandateId, apiKey };
}

function exact(value: bigint, what: string): number {
  if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new ApiProblem(0, 'bad_mandate', `The ${what} must lie below 2^53.`, false);
  }
  return Number(value);
}

/** A fresh nonce: random, and small enough for JSON numbers. */
export function freshNonce(): bigint {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return (BigInt(high & 0x1fffff) << 32n) | BigInt(low);
}

/** The gateway a mandate may name: see `gatewayAddress`. */
export type GatewayAddress = Address;
