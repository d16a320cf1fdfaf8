import type { Texts } from '../texts.ts';
import type { audit as zh } from '../zh-CN/audit.ts';

export const audit: Texts<typeof zh> = {
  title: 'Audit',
  lead: 'Who did what and when. The entries are chained, so no change goes unseen.',
  actor: 'By',
  action: 'Action',
  resource: 'Subject',
  resourceType: 'Kind of subject',
  resourceId: 'Subject',
  range: 'When',
  at: 'When',
  detail: 'Detail',
  sealed: 'Sealed',
  unsealed: 'To be sealed',
  seal: 'Seal',
  empty: 'No entries yet',
  emptyFiltered: 'No entry matches',
  actorHint: 'such as staff:admin',
  actionHint: 'such as order_created',
  verify: 'Verify the chain',
  verifying: 'Walking the chain…',
  verified: 'The chain holds: {{count}} entries checked',
  brokenTitle: 'The chain is broken in {{count}} places',
  checked: '{{count}} entries checked, {{unsealed}} not sealed yet',
  head: 'Seal of the newest entry (keep it elsewhere)',
  brokenAt: 'Entry {{entry}}: {{problem}}',
};
