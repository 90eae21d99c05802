/** Waiting for a transaction, against a small node that answers as the real ones do on a bad day. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSolanaRpc, generateKeyPairSigner } from '@solana/kit';
import { afterEach, describe, expect, it } from 'vitest';
import { send, type Simulated } from '../src/chain/transactions.js';
import { OutcomeUnknown, TransactionError } from '../src/errors.js';

const BLOCKHASH = '4uhcVJyU9pJkvQyS88uRDiswHScCKQY3RZBdiDNJTcJz';
const LAST_HEIGHT = 200;
/** What a node says to a transaction that it already has. */
const ALREADY = { code: -32002, message: 'This transaction has already been processed' };

/** What the node says of the transaction each time it is asked; the last for ever. */
type Status = 'unknown' | 'confirmed' | 'refused' | 'cut';

let node: Server | undefined;

afterEach(async () => {
  node?.closeAllConnections();
  await new Promise((resolve) => (node ? node.close(resolve) : resolve(undefined)));
});

async function startNode(statuses: readonly Status[], height = 1) {
  const asked: Record<string, number> = {};
  const answer = (method: string): { result: unknown } | { error: object } | undefined => {
    const time = (asked[method] = (asked[method] ?? 0) + 1);
    const context = { slot: 7, apiVersion: '2.0.0' };
    switch (method) {
      case 'getLatestBlockhash':
        return { result: { context, value: { blockhash: BLOCKHASH, lastValidBlockHeight: LAST_HEIGHT } } };
      case 'getBlockHeight':
        return { result: height };
      case 'sendTransaction':
        return time === 1 ? { result: '1'.repeat(64) } : { error: ALREADY };
      default: {
        const status = statuses[Math.min(time, statuses.length) - 1];
        if (status === 'cut') return undefined;
        if (status === 'refused') return { error: { code: -32005, message: 'Node is behind' } };
        const confirmed = { slot: 7, confirmations: 1, err: null, confirmationStatus: 'confirmed' };
        return { result: { context, value: [status === 'confirmed' ? confirmed : null] } };
      }
    }
  };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const { id, method } = JSON.parse(text) as { id: unknown; method: string };
      const said = answer(method);
      if (said === undefined) request.socket.destroy();
      else response.end(JSON.stringify({ jsonrpc: '2.0', id, ...said }));
    });
  });
  node = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const rpc = createSolanaRpc(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return { rpc, asked };
}

async function tried(): Promise<Simulated> {
  const feePayer = await generateKeyPairSigner();
  return { instructions: [], feePayer, sizeBytes: 200, units: 1000, feeLamports: 5000n, lamportsAfter: [] };
}

describe('a transaction that was sent', () => {
  it('is waited for though the node is cut off, is behind, and refuses to take it again', async () => {
    const { rpc, asked } = await startNode([
      'cut',
      'refused',
      'unknown',
      'unknown',
      'unknown',
      'unknown',
      'confirmed',
    ]);
    expect(await send(rpc, await tried())).toMatchObject({ slot: 7n });
    expect(asked.sendTransaction).toBeGreaterThan(1);
  });

  it('has failed only once the node knows that it can no longer land', async () => {
    const { rpc } = await startNode(['cut', 'unknown'], LAST_HEIGHT + 1);
    const failed = send(rpc, await tried());
    await expect(failed).rejects.toThrow(TransactionError);
    await expect(failed).rejects.not.toThrow(OutcomeUnknown);
    await expect(failed).rejects.toThrow('can no longer');
  });
});
