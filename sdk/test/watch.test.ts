/** Pages, tries again, streams and sign-ins against small servers that answer as the API does. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createKeyPairFromPrivateKeyBytes,
  getAddressFromPublicKey,
  getBase64Encoder,
  signBytes,
  verifySignature,
  type SignatureBytes,
} from '@solana/kit';
import { afterEach, describe, expect, it } from 'vitest';
import { createApi } from '../src/api/client.js';
import { signIn } from '../src/api/session.js';
import { events, watch } from '../src/api/watch.js';
import { ApiProblem, FormatError } from '../src/errors.js';

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const json = (response: ServerResponse, status: number, body: unknown, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
};

const problem = (response: ServerResponse, status: number, code: string, retryable: boolean): void => {
  const body = { title: code, detail: code, code, retryable, status, request_id: 'r' };
  response.writeHead(status, { 'content-type': 'application/problem+json', 'retry-after': '0' });
  response.end(JSON.stringify(body));
};

describe('a list', () => {
  it('is read page after page, and only as far as it is wanted', async () => {
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url ?? '');
      const at = Number(new URL(request.url ?? '', 'http://x').searchParams.get('cursor') ?? 0);
      const next = at + 2 < 7 ? `${at + 2}` : null;
      const data = [at, at + 1].filter((n) => n < 7).map((n) => ({ epoch: n }));
      json(response, 200, {
        as_of_slot: 1,
        root_epoch: null,
        data,
        has_more: next !== null,
        next_cursor: next,
      });
    });
    const api = createApi(url);
    const epochs: number[] = [];
    for await (const root of api.list('/v1/vaults/{vault}/roots', { vault: 'v', limit: 2 }))
      epochs.push(root.epoch);
    expect(epochs).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(asked[0]).toBe('/v1/vaults/v/roots?limit=2');
    expect(asked[3]).toBe('/v1/vaults/v/roots?limit=2&cursor=6');
    asked.length = 0;
    for await (const root of api.list('/v1/vaults/{vault}/roots', { vault: 'v' }))
      if (root.epoch === 1) break;
    expect(asked).toHaveLength(1);
  });
});

describe('a request', () => {
  it('is tried again when that may help, and the token goes with it', async () => {
    const tokens: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      tokens.push(request.headers.authorization);
      if (tokens.length < 3) problem(response, 503, 'busy', true);
      else json(response, 200, { as_of_slot: 1, root_epoch: null, data: { vaults: [] } });
    });
    await createApi(url, { token: 'secret' }).network();
    expect(tokens).toEqual(['Bearer secret', 'Bearer secret', 'Bearer secret']);
  });

  it('that could do something twice is sent once, unless it has a key', async () => {
    let sent = 0;
    const url = await serve((_, response) => {
      sent += 1;
      problem(response, 503, 'busy', true);
    });
    const api = createApi(url);
    const body = { name: 'x', scopes: ['read' as const] };
    await api.client.POST('/v1/keys', { body });
    expect(sent).toBe(1);
    await api.client.POST('/v1/keys', { body, params: { header: { 'idempotency-key': 'k' } } });
    expect(sent).toBe(4);
  });

  it('that is wrong is not tried again, nor is one that would wait too long', async () => {
    let sent = 0;
    const url = await serve((request, response) => {
      sent += 1;
      if (request.url === '/v1/network') problem(response, 400, 'malformed', false);
      else json(response, 429, { code: 'too_many_requests' }, { 'retry-after': '3600' });
    });
    await expect(createApi(url).network()).rejects.toThrow(ApiProblem);
    await expect(createApi(url).get('/v1/vaults')).rejects.toMatchObject({ status: 429, retryable: true });
    expect(sent).toBe(2);
  });
});

const event = (n: number): string =>
  `: alive\n\nid: c${n}\nevent: claimed\ndata: ${JSON.stringify({ cursor: `c${n}`, sequence: n })}\n\n`;

describe('watching', () => {
  it('goes on after the last change when the connection is lost, and ends with its signal', async () => {
    const asked: string[] = [];
    const url = await serve((request, response) => {
      const last = request.headers['last-event-id'];
      asked.push(`${request.url ?? ''} after ${String(last)}`);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const next = last === undefined ? 0 : Number(String(last).slice(1)) + 1;
      response.write(event(next));
      response.write(event(next + 1).slice(0, 30));
      setTimeout(() => response.destroy(), 20); // cut in the middle of an event
    });
    const ending = new AbortController();
    const seen: number[] = [];
    for await (const change of watch(createApi(url), { kinds: ['claimed'], signal: ending.signal })) {
      seen.push(change.sequence);
      if (seen.length === 3) ending.abort();
    }
    expect(seen).toEqual([0, 1, 2]);
    expect(asked.slice(0, 2)).toEqual([
      '/v1/stream?kinds=claimed after undefined',
      '/v1/stream?kinds=claimed after c0',
    ]);
  });

  it('says so when the question is wrong', async () => {
    const url = await serve((_, response) => {
      problem(response, 400, 'malformed', false);
    });
    await expect(watch(createApi(url), { kinds: ['nonsense'] }).next()).rejects.toMatchObject({
      status: 400,
    });
  });

  it('reads events however they are cut, and notices silence', async () => {
    const bytes = new TextEncoder().encode(event(1) + event(2).replaceAll('\n', '\r\n') + 'data: no id\n\n');
    for (const size of [1, 7, bytes.length]) {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
          controller.close();
        },
      });
      const ids: string[] = [];
      for await (const { id } of events(body, () => undefined)) ids.push(id);
      expect(ids).toEqual(['c1', 'c2']);
    }
    const silent = new ReadableStream<Uint8Array>();
    await new Promise<void>((resolve) => {
      void events(silent, resolve, 20).next();
    });
  });
});

describe('signing in', () => {
  const host = 'app.example:8443';
  const challenge = (address: string, domain = host) => ({
    domain,
    address,
    message: `${domain} wants you to sign in with your Solana account:\n${address}\n\nNonce: n1`,
  });

  it('signs the message it was handed and sends the session with every request', async () => {
    const { privateKey, publicKey } = await createKeyPairFromPrivateKeyBytes(
      new Uint8Array(32).fill(3),
      true,
    );
    const account = await getAddressFromPublicKey(publicKey);
    const bodies: Record<string, string>[] = [];
    let authorization: string | undefined;
    const url = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        if (request.url === '/v1/keys') {
          authorization = request.headers.authorization;
          json(response, 200, { data: [] });
          return;
        }
        bodies.push(JSON.parse(body) as Record<string, string>);
        if (request.url === '/v1/auth/challenge') json(response, 200, challenge(account));
        else json(response, 200, { token: 't', account, scopes: [], expires_at: 9 });
      });
    });
    const signText = (text: Uint8Array<ArrayBuffer>) => signBytes(privateKey, text);
    const session = await signIn({ api: createApi(url), address: account, domain: host, signText });
    await session.api.get('/v1/keys');
    expect(authorization).toBe('Bearer t');
    const signature = getBase64Encoder().encode(bodies[1]!.signature!) as SignatureBytes;
    expect(await verifySignature(publicKey, signature, new TextEncoder().encode(bodies[1]!.message))).toBe(
      true,
    );
  });

  it('refuses to sign a message for another host or account', async () => {
    const { publicKey } = await createKeyPairFromPrivateKeyBytes(new Uint8Array(32).fill(4), true);
    const account = await getAddressFromPublicKey(publicKey);
    const url = await serve((request, response) => {
      json(response, 200, challenge(account, 'evil.example'));
      request.resume();
    });
    let signed = 0;
    const signText = () => {
      signed += 1;
      return Promise.resolve(new Uint8Array(64));
    };
    const query = { api: createApi(url), address: account, domain: host, signText };
    await expect(signIn(query)).rejects.toThrow(FormatError);
    expect(signed).toBe(0);
  });
});
