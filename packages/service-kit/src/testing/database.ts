import { randomBytes } from 'node:crypto';

import { connectTo, ensureTemplate, testPostgres, urlOfDatabase, type DatabaseTemplate } from './postgres-template.ts';

export type TestDatabase = AsyncDisposable & {
  /** Of a superuser, for this database. */
  readonly url: string;
  readonly name: string;
};

/** A database of one's own, cloned from the migrated template; dropped at dispose, with its connections. */
export async function testDatabase(wanted: DatabaseTemplate): Promise<TestDatabase> {
  const server = testPostgres();
  const template = await ensureTemplate(server, wanted);
  const name = `${server.prefix}_${randomBytes(6).toString('hex')}`;
  {
    await using admin = await connectTo(server.url);
    await admin.client.query(`create database ${name} template ${template}`);
  }
  return {
    url: urlOfDatabase(server.url, name),
    name,
    async [Symbol.asyncDispose]() {
      await using admin = await connectTo(server.url);
      await admin.client.query(`drop database if exists ${name} with (force)`);
    },
  };
}
