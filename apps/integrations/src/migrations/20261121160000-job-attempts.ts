import { Migration } from '@mikro-orm/migrations';

/** What each call of a job sent and got, and how the balance at Haier went. */
export class JobAttempts20261121160000 extends Migration {
  override name = '20261121160000-job-attempts';

  override up(): void {
    // Request and answer are masked before they come here: nothing in clear is to be found in a backup.
    this.addSql(`
      create table job_attempts (
        job_id bigint not null references jobs (id) on delete cascade,
        no integer not null,
        started_at timestamptz not null,
        ended_at timestamptz not null,
        outcome text not null check (outcome in ('done', 'refused', 'not_sent', 'uncertain')),
        http_status integer,
        duration_ms integer,
        url text,
        request text,
        answer text,
        detail text,
        detail_en text,
        primary key (job_id, no)
      )`);
    // One answer of the platform is the rows of one moment.
    this.addSql(`
      create table balance_history (
        id bigint generated always as identity primary key,
        at timestamptz not null,
        account text not null,
        payer_account_code text,
        payer_account_name text,
        balance_fen bigint not null
      )`);
    this.addSql(`create index balance_history_at on balance_history (at)`);
  }

  override down(): void {
    this.addSql(`drop table balance_history, job_attempts`);
  }
}
