/** The API client and mandates against small servers that answer as the real ones do. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  address,
  createKeyPairFromPrivateKeyBytes,
  getBase58Encoder,
  signBytes,
  verifySignature,
} from '@solana/kit';
import { afterEach, describe, expect, it } from 'vitest';
import { createApi } from '../src/api/client.js';
import { ApiProblem, WalletError } from '../src/errors.js';
import { mandateText, type Mandate } from '../src/formats/mandate.js';
import { freshNonce, mandate } from '../src/mandate.js';

const CLAIMANT = address('8bZnqzgaPViZPUW5XTNCtfMJYz4Rx9fLzE5aeGmX8j58');
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => new Promise((resolve) => server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const json = (response: ServerResponse, status: number, body: unknown, type = 'application/json'): void => {
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
};

describe('the API client', () => {
  it('asks for the page it was told to, and leaves out what it was not', async () => {
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url ?? '');
      json(response, 200, { as_of_slot: 1, root_epoch: null, data: [], has_more: false, next_cursor: null });
    });
    const api = createApi(url);
    await api.history(CLAIMANT, { limit: 7, cursor: 'a/b' });
    await api.receipts(CLAIMANT, { vault: CLAIMANT, epoch: 3 });
    expect(asked).toEqual([
      `/v1/claimants/${CLAIMANT}/history?limit=7&cursor=a%2Fb`,
      `/v1/claimants/${CLAIMANT}/receipts?vault=${CLAIMANT}&epoch=3`,
    ]);
  });

  it('turns a problem into an error that says whether to try again and which request it was', async () => {
    const url = await serve((_, response) => {
      const problem = {
        title: 'Too many',
        detail: 'Wait a second.',
        code: 'rate_limited',
        request_id: 'r-1',
      };
      json(response, 429, problem, 'application/problem+json');
    });
    await expect(createApi(url).network()).rejects.toMatchObject({
      status: 429,
      problem: 'rate_limited',
      message: 'Wait a second.',
      retryable: true,
      requestId: 'r-1',
    });
  });

  it('says so when nobody answers', async () => {
    await expect(createApi('http://127.0.0.1:9').network()).rejects.toMatchObject({
      status: 0,
      retryable: true,
    });
  });
});

describe('a mandate', () => {
  const seed = new Uint8Array(32).fill(9);
  const fields: Mandate = {
    genesis: CLAIMANT,
    program: CLAIMANT,
    vault: CLAIMANT,
    payer: CLAIMANT,
    gateway: CLAIMANT,
    maximum: 25_000_000n,
    expires: 400_000n,
    nonce: freshNonce(),
  };

  it('is signed over its readable text and exchanged for a key', async () => {
    const { privateKey, publicKey } = await createKeyPairFromPrivateKeyBytes(seed, true);
    let posted: Record<string, unknown> = {};
    const url = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        posted = JSON.parse(body) as Record<string, unknown>;
        json(response, 200, { mandate_id: 'ab'.repeat(32), api_key: 'key' });
      });
    });
    const signText = (text: Uint8Array<ArrayBuffer>) => signBytes(privateKey, text);
    const given = await mandate({ gatewayUrl: url, mandate: fields, signText });
    expect(given).toEqual({ mandateId: 'ab'.repeat(32), apiKey: 'key' });
    expect(posted).toMatchObject({ maximum: '25000000', expires: 400_000, nonce: Number(fields.nonce) });
    const signature = getBase58Encoder().encode(posted.signature as string);
    const text = new TextEncoder().encode(mandateText(fields));
    expect(await verifySignature(publicKey, signature as never, text)).toBe(true);
  });

  it('that the wallet refuses or the gateway turns down says which of them it was', async () => {
    const url = await serve((_, response) =>
      json(
        response,
        400,
        { detail: 'The mandate has expired.', code: 'mandate_expired' },
        'application/problem+json',
      ),
    );
    const base = { gatewayUrl: url, mandate: fields };
    await expect(mandate({ ...base, signText: () => Promise.reject(new Error('no')) })).rejects.toThrow(
      WalletError,
    );
    const refused = mandate({ ...base, signText: () => Promise.resolve(new Uint8Array(64)) });
    await expect(refused).rejects.toThrow(ApiProblem);
    await expect(refused).rejects.toMatchObject({
      problem: 'mandate_expired',
      message: 'The mandate has expired.',
    });
  });
});
