import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { call, CallRefused, CallUnavailable, serveCall } from '../src/nats-calls.ts';
import { testNats } from '../src/testing/nats.ts';

let stack: AsyncDisposableStack;
let asking: NatsConnection;
let serving: NatsConnection;
beforeAll(async () => {
  stack = new AsyncDisposableStack();
  const nats = stack.use(await testNats());
  asking = await connect({ servers: nats.url });
  stack.defer(() => asking.close());
  serving = await connect({ servers: nats.url });
  stack.defer(() => serving.close());
});
afterAll(() => stack.disposeAsync());

const double = (name: string) => ({
  subject: `CALLS.${name}`,
  request: z.object({ n: z.number().int(), by: z.number().int().default(2) }),
  reply: z.object({ product: z.number().int() }).nullable(),
});
const log = () => ({ warn: vi.fn<() => void>(), error: vi.fn<() => void>() });
const options = () => ({ queueGroup: 'servers', log: log() });
/** Until the server knows the subscription. */
const serve = async (...args: Parameters<typeof serveCall<any, any>>) => {
  const served = serveCall(...args);
  await serving.flush();
  return served;
};
const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

test('a question is answered, by one of its group, with the defaults of its shape', async () => {
  const definition = double('answered');
  const answered: number[] = [];
  const stops = await Promise.all(
    [1, 2].map((instance) =>
      serve(serving, definition, options(), async ({ n, by }) => {
        answered.push(instance);
        return n === 0 ? null : { product: n * by };
      }),
    ),
  );
  const replies = await Promise.all([0, 1, 2, 3].map((n) => call(asking, definition, { n }, 2_000)));
  expect(replies).toEqual([null, { product: 2 }, { product: 4 }, { product: 6 }]);
  expect(answered).toHaveLength(4);
  await Promise.all(stops.map(({ stop }) => stop()));
});

test('nobody there, and nobody in time, are two things', async () => {
  const nobody = await errorOf(call(asking, double('nobody'), { n: 1 }, 2_000));
  expect(nobody).toBeInstanceOf(CallUnavailable);
  expect(nobody).toMatchObject({ reason: 'no_responder' });

  const definition = double('slow');
  const release = Promise.withResolvers<void>();
  const { stop } = await serve(serving, definition, options(), async () => {
    await release.promise;
    return null;
  });
  const late = await errorOf(call(asking, definition, { n: 1 }, 50));
  expect(late).toBeInstanceOf(CallUnavailable);
  expect(late).toMatchObject({ reason: 'timeout' });
  release.resolve();
  await stop();
});

test('a closed connection is unavailable, not an unknown error', async () => {
  await using nats = await testNats();
  const closed = await connect({ servers: nats.url });
  await closed.close();
  expect(await errorOf(call(closed, double('closed'), { n: 1 }, 50))).toMatchObject({
    name: 'CallUnavailable',
    reason: 'disconnected',
  });
});

test('a refusal keeps its words; a handler that breaks tells the caller nothing of why', async () => {
  const definition = double('refused');
  const served = options();
  const { stop } = await serve(serving, definition, served, async ({ n }) => {
    if (n === 1) throw new CallRefused('TOO_MANY', '太多了', 'too many');
    throw new Error('password=hunter2');
  });
  const refused = await errorOf(call(asking, definition, { n: 1 }, 2_000));
  expect(refused).toBeInstanceOf(CallRefused);
  expect(refused).toMatchObject({ code: 'TOO_MANY', message: '太多了', messageEn: 'too many' });
  expect(served.log.error).not.toHaveBeenCalled();

  const broken = await errorOf(call(asking, definition, { n: 2 }, 2_000));
  expect(broken).toMatchObject({ name: 'CallRefused', code: 'BROKEN' });
  expect(JSON.stringify({ ...(broken as CallRefused), text: (broken as Error).message })).not.toContain('hunter2');
  expect(served.log.error).toHaveBeenCalledExactlyOnceWith(
    'call failed',
    { subject: definition.subject },
    expect.any(Error),
  );
  await stop();
});

test('what does not fit is refused on both ends', async () => {
  const definition = double('unfit');
  const handler = vi.fn<() => Promise<{ product: number }>>(async () => ({ product: 1 }));
  const { stop } = await serve(serving, definition, options(), handler);
  await expect(call(asking, definition, { n: 1.5 }, 2_000)).rejects.toThrow(z.ZodError);

  const other = { ...definition, request: z.object({ n: z.string() }) };
  expect(await errorOf(call(asking, other, { n: 'one' }, 2_000))).toMatchObject({ code: 'UNFIT_REQUEST' });
  expect(handler).not.toHaveBeenCalled();
  const newer = { ...definition, reply: z.object({ sum: z.number() }) };
  expect(await errorOf(call(asking, newer, { n: 1 }, 2_000))).toMatchObject({ code: 'UNFIT_REPLY' });
  await stop();
});

test('stop answers what was taken and takes no more', async () => {
  const definition = double('stopped');
  const taken = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const { stop } = await serve(serving, definition, options(), async ({ n, by }) => {
    taken.resolve();
    await release.promise;
    return { product: n * by };
  });
  const first = call(asking, definition, { n: 21 }, 5_000);
  await taken.promise;
  const stopping = stop();
  await serving.flush();
  expect(await errorOf(call(asking, definition, { n: 1 }, 2_000))).toMatchObject({ reason: 'no_responder' });
  release.resolve();
  await stopping;
  expect(await first).toEqual({ product: 42 });
});
