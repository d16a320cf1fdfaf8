import { parseEnv } from '@orderbridge/service-kit/env';
import { z } from 'zod';
import { migrate } from './orm.ts';

const { DATABASE_URL } = parseEnv(z.object({ DATABASE_URL: z.string() }), process.env);
await migrate(DATABASE_URL);
process.stdout.write('integrations: the schema is up to date\n');
