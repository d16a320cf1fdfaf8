import { createBareReceiver } from '@orderbridge/mock-upstreams/bare-receiver';
import { serveHttp } from '@orderbridge/service-kit/http-server';
import { CALLBACK_SECRET } from './confirm-callbacks.ts';

// The same server settings as the gateway, so that only the work behind them differs.
const app = createBareReceiver({ secret: CALLBACK_SECRET }).get('/livez', (c) => c.json({ alive: true }));
const server = await serveHttp(app, { host: '127.0.0.1', port: Number(process.env['PORT']), portVariable: 'PORT' });
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)));
