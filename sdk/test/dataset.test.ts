/** Offering a dataset, against a gateway that breaks off, forgets and comes back. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { address } from '@solana/kit';
import { afterEach, describe, expect, it } from 'vitest';
import {
  datasetText,
  declareDataset,
  followDataset,
  uploadDataset,
  usesAsBits,
  WalletError,
  type DatasetDeclaration,
  type DatasetTicket,
} from '../src/index.js';

const OWNER = address('9gEB7cBeasraZZ9y6k9QYqEGvX3CxDprcF4RMDoC2T3d');
const DECLARATION: DatasetDeclaration = {
  genesis: OWNER,
  gateway: OWNER,
  owner: OWNER,
  name: 'Songs of the river',
  creator: 'Ann',
  description: '',
  sha256: '03'.repeat(32),
  bytes: 10,
  format: 'text',
  field: 'text',
  licence: 'CC-BY-4.0',
  uses: ['display', 'train'],
  personalData: false,
};

let server: Server | undefined;
afterEach(() => server?.close());

/** A gateway that answers as the test says. */
async function gateway(answer: (request: IncomingMessage, response: ServerResponse) => unknown) {
  const started = createServer((request, response) => void answer(request, response));
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const { port } = started.address() as AddressInfo;
  return {
    gatewayUrl: `http://127.0.0.1:${port}`,
    id: 'ab'.repeat(32),
    key: 'tri_1',
  } satisfies DatasetTicket;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

describe('a declaration', () => {
  it('is signed as the text of docs/gateway.md', () => {
    expect(datasetText(DECLARATION)).toBe(
      [
        'Tributary dataset v1',
        'I offer this dataset for registration through this gateway.',
        `Gateway: ${OWNER}`,
        'Name: Songs of the river',
        'Creator: Ann',
        'Description: ',
        `File SHA-256: ${'03'.repeat(32)}`,
        'File bytes: 10',
        'Format: text',
        'Text field: text',
        'Licence: CC-BY-4.0',
        'Permitted uses: train, display',
        'Personal data: none that I know of',
        `Owner: ${OWNER}`,
        `Genesis: ${OWNER}`,
      ].join('\n'),
    );
    expect(usesAsBits(DECLARATION.uses)).toBe(5);
    // SHA-256 of "abc", from FIPS 180-2.
    expect(
      datasetText({ ...DECLARATION, croissant: 'abc' })
        .split('\n')
        .at(-1),
    ).toBe('Croissant SHA-256: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('that the wallet refuses is not sent', async () => {
    let asked = 0;
    const { gatewayUrl } = await gateway((_, response) => {
      asked += 1;
      response.end();
    });
    const refused = declareDataset({
      gatewayUrl,
      declaration: DECLARATION,
      signText: () => Promise.reject(new Error('no')),
    });
    await expect(refused).rejects.toThrow(WalletError);
    expect(asked).toBe(0);
  });

  it('goes out with its signature, and brings back a key', async () => {
    let sent: Record<string, unknown> = {};
    const { gatewayUrl } = await gateway(async (request, response) => {
      sent = JSON.parse((await bodyOf(request)).toString()) as typeof sent;
      response.writeHead(201, { 'content-type': 'application/json' }).end('{"id":"ab","key":"tri_2"}');
    });
    const ticket = await declareDataset({
      gatewayUrl,
      declaration: DECLARATION,
      signText: () => Promise.resolve(new Uint8Array(64).fill(1)),
    });
    expect(ticket).toEqual({ gatewayUrl, id: 'ab', key: 'tri_2' });
    expect(sent).toMatchObject({ name: 'Songs of the river', personal_data: false });
    expect(typeof sent.signature).toBe('string');
    expect('personalData' in sent).toBe(false);
  });
});

describe('an upload', () => {
  it('goes on where the gateway says, after a part that broke off', async () => {
    const file = new Uint8Array(9 * 2 ** 20).map((_, at) => at % 251);
    const kept: Buffer[] = [];
    const have = (): number => kept.reduce((sum, part) => sum + part.length, 0);
    let breaks = 1;
    const ticket = await gateway(async (request, response) => {
      expect(request.headers.authorization).toBe('Bearer tri_1');
      if (request.method === 'HEAD') {
        response.writeHead(200, { 'upload-offset': have() }).end();
        return;
      }
      const part = await bodyOf(request);
      if (Number(request.headers['upload-offset']) !== have()) {
        response
          .writeHead(409, { 'content-type': 'application/problem+json' })
          .end('{"code":"wrong_offset","title":"no"}');
        return;
      }
      // The second part arrives in half, and nobody says so.
      if (have() > 0 && breaks > 0) {
        breaks -= 1;
        kept.push(part.subarray(0, part.length / 2));
        request.socket.destroy();
        return;
      }
      kept.push(part);
      response.writeHead(204, { 'upload-offset': have() }).end();
    });
    const progress: number[] = [];
    await uploadDataset({ ticket, file: new Blob([file]), onProgress: (sent) => progress.push(sent) });
    expect(Buffer.concat(kept).equals(Buffer.from(file))).toBe(true);
    expect(progress[0]).toBe(0);
    expect(progress.at(-1)).toBe(file.length);
    expect([...progress].sort((a, b) => a - b)).toEqual(progress);
  });

  it('that the gateway refuses for good ends with its reason', async () => {
    const ticket = await gateway((request, response) => {
      if (request.method === 'HEAD') return response.writeHead(200, { 'upload-offset': 0 }).end();
      return response
        .writeHead(422, { 'content-type': 'application/problem+json' })
        .end('{"code":"other_file","detail":"the file is another than was declared"}');
    });
    const sent = uploadDataset({ ticket, file: new Blob(['x']) });
    await expect(sent).rejects.toThrow('the file is another than was declared');
  });
});

describe('the events of a dataset', () => {
  it('come once and in order across a lost connection, and end when nothing is left to do', async () => {
    const asked: (string | undefined)[] = [];
    const ticket = await gateway((request, response) => {
      asked.push(request.headers['last-event-id'] as string | undefined);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (asked.length === 1) {
        response.end('id: 0\nevent: declared\ndata: {}\n\nid: 1\nevent: uploaded\ndata: {"bytes":3}\n\n');
      } else {
        response.write('id: 2\nevent: embedded\ndata: {"passages":9}\n\n');
      }
    });
    const seen: string[] = [];
    for await (const { sequence, kind, body } of followDataset(ticket)) {
      seen.push(`${sequence} ${kind} ${JSON.stringify(body)}`);
    }
    expect(seen).toEqual(['0 declared {}', '1 uploaded {"bytes":3}', '2 embedded {"passages":9}']);
    expect(asked).toEqual([undefined, '1']);
  });

  it('are nobody else’s: a wrong key ends the stream with the reason', async () => {
    const ticket = await gateway((_, response) =>
      response
        .writeHead(404, { 'content-type': 'application/problem+json' })
        .end('{"code":"no_such_dataset","detail":"no dataset here has this key"}'),
    );
    const first = followDataset(ticket).next();
    await expect(first).rejects.toThrow('no dataset here has this key');
  });
});
