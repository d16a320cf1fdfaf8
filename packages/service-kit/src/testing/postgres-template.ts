import pg from 'pg';

export type DatabaseTemplate = {
  /** Whose tables these are, for instance `orders`. */
  readonly template: string;
  /** Changes with the migrations, so that a kept server never serves an older schema. Default `1`. */
  readonly version?: string;
  /** Gets the URL of an empty database; must have closed its connections when it resolves. */
  readonly migrate: (url: string) => Promise<void>;
};

/** Makes the migrated template once for all test files of this run, and answers its database name. */
export async function ensureTemplate(
  server: TestPostgres,
  { template, version = '1', migrate }: DatabaseTemplate,
): Promise<string> {
  const name = `${server.prefix}_template_${template}_${version}`
    .replaceAll(/[^a-z0-9_]/gi, '_')
    .toLowerCase()
    .slice(0, 63);
  await using admin = await connectTo(server.url);
  // Files run in several processes; the first one migrates and the others wait for it here.
  await admin.client.query('select pg_advisory_lock(hashtextextended($1, 0))', [name]);
  const found = await admin.client.query<{ finished: boolean }>(
    'select datistemplate as finished from pg_database where datname = $1',
    [name],
  );
  if (found.rows[0]?.finished) return name;
  // A run that was killed half-way left one that is not marked as a template.
  await admin.client.query(`drop database if exists ${name} with (force)`);
  await admin.client.query(`create database ${name}`);
  await migrate(urlOfDatabase(server.url, name));
  await admin.client.query(`alter database ${name} is_template true`);
  return name;
}

/** Drops every database of this run, templates included. */
export async function dropDatabasesOf({ url, prefix }: TestPostgres) {
  await using admin = await connectTo(url);
  const { rows } = await admin.client.query<{ datname: string }>(
    'select datname from pg_database where starts_with(datname, $1)',
    [`${prefix}_`],
  );
  for (const { datname } of rows) {
    await admin.client.query(`alter database ${datname} is_template false`);
    await admin.client.query(`drop database if exists ${datname} with (force)`);
  }
}

/** The server of this run; throws when the test was not started through the vitest global set-up. */
export function testPostgres(env: NodeJS.ProcessEnv = process.env): TestPostgres {
  const { TEST_POSTGRES_URL: url, TEST_DATABASE_PREFIX: prefix } = env;
  if (!url || !prefix) {
    throw new Error(
      'TEST_POSTGRES_URL is not set: name the file *.int.test.ts and run it with vitest from the repository root',
    );
  }
  return { url, prefix };
}

export async function connectTo(url: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return { client, [Symbol.asyncDispose]: () => client.end() };
}

export function urlOfDatabase(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

export type TestPostgres = {
  /** Of a superuser. */
  readonly url: string;
  /** Every database of this run starts with it, so that two runs can share a server. */
  readonly prefix: string;
};
