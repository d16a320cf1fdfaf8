import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import type { HaierSigning } from '@orderbridge/mock-upstreams/sign-callback';
import { CALLBACK_PATH, confirmCallback, orderNumberOf, type OrderRange } from './confirm-callbacks.ts';
import { serveLoad } from './load-process.ts';
import { measureLanes, type Pace } from './measure-lanes.ts';

export type HttpJob = Pace & {
  readonly port: number;
  readonly orders: OrderRange;
  readonly signing: HaierSigning;
  /** Begin anew when every order was sent once; for requests that change nothing. */
  readonly cycle: boolean;
  /** Every answer must be HTTP 200 and hold this text; the first that is not ends the run. */
  readonly expect: string;
};

/**
 * Sends signed confirmations over keep-alive connections, each waiting for its answer before the next.
 * Raw sockets and requests written beforehand, because the load shares the cores with what it measures.
 */
serveLoad<HttpJob>(async ({ port, orders, signing, cycle, expect, lanes, ...pace }, tell) => {
  const sentAt = new Date();
  const requests = Array.from({ length: orders.count }, (_, index) =>
    requestOf(confirmCallback(orderNumberOf(orders, index), { signing, sentAt }).body),
  );
  const expected = Buffer.from(expect);
  const connections = await Promise.all(Array.from({ length: lanes }, () => openConnection(port)));

  let next = 0;
  const step = async (connection: Connection) => {
    if (next === requests.length) {
      if (!cycle) return false;
      next = 0;
    }
    const answer = await connection.ask(requests[next++]!);
    if (!answer.includes(OK) || !answer.includes(expected))
      throw new Error(`unexpected answer: ${answer.toString('utf8').slice(0, 1_000)}`);
    return true;
  };
  const measured = await measureLanes(connections, pace, step, tell);
  for (const connection of connections) connection.close();
  return measured;
});

const OK = 'HTTP/1.1 200 ';

function requestOf(body: string): Buffer {
  return Buffer.from(
    `POST ${CALLBACK_PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

type Connection = { ask(request: Buffer): Promise<Buffer>; close(): void };

async function openConnection(port: number): Promise<Connection> {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let received: Buffer | undefined;
  let waiting: { resolve: (answer: Buffer) => void; reject: (error: Error) => void } | undefined;
  socket.on('data', (chunk) => {
    received = received ? Buffer.concat([received, chunk]) : chunk;
    if (!isWhole(received)) return;
    const answer = received;
    received = undefined;
    waiting?.resolve(answer);
  });
  socket.on('error', (error) => waiting?.reject(error));
  socket.on('close', () => waiting?.reject(new Error('the connection was closed')));
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const END_OF_CHUNKS = Buffer.from('0\r\n\r\n');

function isWhole(received: Buffer): boolean {
  const headEnd = received.indexOf(END_OF_HEAD);
  if (headEnd < 0) return false;
  const head = received.toString('latin1', 0, headEnd);
  const length = /content-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) return received.subarray(-END_OF_CHUNKS.length).equals(END_OF_CHUNKS);
  return received.length >= headEnd + END_OF_HEAD.length + Number(length);
}
