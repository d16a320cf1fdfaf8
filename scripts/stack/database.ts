import pg from 'pg';

const SERVICES = ['orders', 'integrations'] as const;

export type DatabaseUrls = Readonly<Record<(typeof SERVICES)[number], string>>;

/**
 * Makes the database `orderbridge` with a role and a schema for each service, or brings their passwords up to date.
 * A role reaches its own schema and nothing of the other.
 */
export async function prepareDatabase(superuserUrl: string, passwords: DatabaseUrls): Promise<DatabaseUrls> {
  await withClient(superuserUrl, async (client) => {
    for (const role of SERVICES) {
      const known = await client.query('select from pg_roles where rolname = $1', [role]);
      const verb = known.rowCount === 0 ? 'create' : 'alter';
      await client.query(`${verb} role ${role} login password ${client.escapeLiteral(passwords[role])}`);
    }
    const database = await client.query("select from pg_database where datname = 'orderbridge'");
    if (database.rowCount === 0) await client.query('create database orderbridge');
    await client.query('revoke all on database orderbridge from public');
  });

  const url = new URL(superuserUrl);
  url.pathname = '/orderbridge';
  await withClient(url.href, async (client) => {
    for (const role of SERVICES) {
      // `create schema if not exists`, which a migration begins with, asks for CREATE even when the schema is there.
      await client.query(`grant connect, create, temporary on database orderbridge to ${role}`);
      await client.query(`create schema if not exists ${role} authorization ${role}`);
      await client.query(`alter role ${role} in database orderbridge set search_path to ${role}`);
    }
  });
  return { orders: urlOf(url, 'orders', passwords), integrations: urlOf(url, 'integrations', passwords) };
}

function urlOf(database: URL, role: keyof DatabaseUrls, passwords: DatabaseUrls): string {
  const url = new URL(database);
  url.username = role;
  url.password = encodeURIComponent(passwords[role]);
  return url.href;
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
