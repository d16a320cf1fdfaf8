import { Migration } from '@mikro-orm/migrations';

/** The second person who has to agree to a large refund (features.md row 55). */
export class RefundApproval20261121161000 extends Migration {
  override name = '20261121161000-refund-approval';

  override up(): void {
    this.addSql(`
      alter table refunds
        add requested_by text,
        add approval_needed boolean not null default false,
        add approved_by text,
        add approved_at timestamptz`);
    this.addSql(`
      create index refunds_to_approve on refunds (id)
        where approval_needed and approved_at is null and withdrawn_at is null and status <> 'succeeded'`);
  }

  override down(): void {
    this.addSql(`drop index refunds_to_approve`);
    this.addSql(`alter table refunds drop requested_by, drop approval_needed, drop approved_by, drop approved_at`);
  }
}
