import { REFUSED_SAMPLE_BYTES } from '@orderbridge/contracts/callback-envelope';
import type { SignatureReport } from '@orderbridge/contracts/signature-report';
import { NotFound } from '../errors.ts';
import { maskText, type PersonalData } from '../orders/mask.ts';
import { transact, type TransactContext } from '../transaction.ts';
import type { AskGateway } from './ask-gateway.ts';
import { CALLBACK_COLUMNS, type CallbackRow, fieldsOf, personOf } from './callback-view.ts';
import { maskBody, maskField } from './mask-body.ts';

type ExplainContext = TransactContext & {
  readonly askGateway: AskGateway;
  readonly now: () => Date;
  readonly by: string;
};

type Row = CallbackRow & {
  path: string;
  content_type: string;
  body: string;
  signature_headers: Record<string, string> | null;
};

/**
 * Why the signature of a stored callback is right or wrong (features.md row 21). Only what came and was kept is
 * explained, and each question is audited, so that nobody has signatures made or guessed here.
 * @throws NotFound, Refused UNAVAILABLE while the gateway does not answer
 */
export async function explainSignature(context: ExplainContext, { id }: { id: string }): Promise<SignatureReport> {
  const [row] = await context.orm.em.fork().execute<Row[]>(
    `select ${CALLBACK_COLUMNS}, c.path, c.content_type, c.body, c.signature_headers
       from callbacks c left join orders o on o.id = c.order_id where c.public_id = ?`,
    [id],
  );
  if (!row) throw new NotFound('回调记录不存在', 'There is no such callback');
  const report = await context.askGateway({
    provider: row.provider,
    path: row.path,
    contentType: row.content_type,
    body: row.body,
    // A sample that fills its room may have been cut.
    truncated: row.outcome === 'refused' && Buffer.byteLength(row.body) >= REFUSED_SAMPLE_BYTES,
    signatureHeaders: row.signature_headers,
    receivedAt: new Date(row.received_at).toISOString(),
  });
  await transact(context, async (tx) => {
    tx.audit.push({
      at: context.now(),
      actor: context.by,
      action: 'callback_signature_explained',
      resource_type: 'callback',
      resource_id: id,
      detail: { matches: report.matches },
    });
  });
  return { ...report, canonical: report.canonical && maskCanonical(report.canonical, row, personOf(row)) };
}

/** The text that is signed holds the fields' values, or the whole body; each is shown as the callback shows it (R140). */
function maskCanonical(canonical: string, row: Row, person: PersonalData | undefined): string {
  const quoted =
    row.signature_headers === null
      ? fieldsOf(row).map(({ name, value }) => [value, maskField(name, value, person)] as const)
      : [[row.body, maskBody({ contentType: row.content_type, body: row.body }, person)] as const];
  let masked = canonical;
  for (const [value, shown] of quoted.toSorted(([a], [b]) => b.length - a.length)) {
    if (value === '' || shown === value) continue;
    masked = masked.replaceAll(value, shown).replaceAll(value.toLowerCase(), shown.toLowerCase());
  }
  return maskText(masked, person);
}
