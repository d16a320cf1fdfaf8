import { parseEnv, weakInProduction } from '@orderbridge/service-kit/env';
import { z } from 'zod';
import { seedDemo } from './catalogue/seed-demo.ts';
import { openOrm } from './orm.ts';
import { ensureFirstAdmin } from './staff/first-admin.ts';

const env = parseEnv(
  z.object({
    DATABASE_URL: z.string(),
    APP_PROFILE: z.enum(['demo', 'test', 'production']).default('production'),
    ADMIN_USERNAME: z.string().default('admin'),
    ADMIN_PASSWORD: z.string(),
  }),
  process.env,
  weakInProduction({ ADMIN_PASSWORD: 8 }),
);
const orm = await openOrm({ databaseUrl: env.DATABASE_URL, poolMax: 2 });
try {
  const admin = await ensureFirstAdmin(orm, {
    username: env.ADMIN_USERNAME,
    password: env.ADMIN_PASSWORD,
    at: new Date(),
  });
  const products = env.APP_PROFILE === 'production' ? 0 : await seedDemo(orm);
  process.stdout.write(`orders: staff account ${env.ADMIN_USERNAME} ${admin}; ${products} demo products added\n`);
} finally {
  await orm.close();
}
