/** A place with published files that is not the API: any static server would do. */
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface Mirror {
  /** With `{hash}`, as the page takes it. */
  readonly template: string;
  /** Requests it has answered. */
  readonly served: string[];
  stop(): Promise<void>;
}

/** Serves a content store: `<first two digits>/<hash>`. */
export async function startMirror(store: string): Promise<Mirror> {
  const served: string[] = [];
  const server = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', 'range');
    const hash = /^\/([0-9a-f]{64})$/.exec(request.url ?? '')?.[1];
    if (request.method === 'OPTIONS' || hash === undefined) {
      response.writeHead(hash === undefined ? 404 : 204).end();
      return;
    }
    readFile(join(store, hash.slice(0, 2), hash)).then(
      (bytes) => {
        served.push(hash);
        const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
        if (start === undefined || end === undefined) response.writeHead(200).end(bytes);
        else response.writeHead(206).end(bytes.subarray(Number(start), Number(end) + 1));
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    template: `http://127.0.0.1:${port}/{hash}`,
    served,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
