import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { CallbackView } from '@orderbridge/contracts/orders-api';
import { ordersApi } from '../api/orders-api.ts';
import { indented } from '../format/indented.ts';
import { useLabels } from '../i18n/use-labels.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { CopyButton } from '../layout/copy-button.tsx';
import { Copyable } from '../layout/copyable.tsx';
import { Fact, FactList } from '../layout/fact-list.tsx';
import { Moment } from '../layout/moment.tsx';
import { OrderLink } from '../layout/order-link.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { RecordDrawer } from '../layout/record-drawer.tsx';
import { OutcomeTag } from './outcome-tag.tsx';
import { ReplayCallback } from './replay-callback.tsx';
import { SignatureDebugger } from './signature-debugger.tsx';
import { CALLBACK_PARAM } from './use-open-callback.ts';

/** The callback that the address names, whole: what came, what became of it, and who ran it again. */
export function CallbackDrawer() {
  const { t } = useTranslation();
  return (
    <RecordDrawer param={CALLBACK_PARAM} title={t('callback.title')} size={720} testId="callback-drawer">
      {(id) => <CallbackSheet id={id} />}
    </RecordDrawer>
  );
}

function CallbackSheet({ id }: { id: string }) {
  const callback = useQuery(ordersApi.callback.get.queryOptions({ id }));
  return (
    <QueryView query={callback}>
      {(view) => (
        <>
          <ReplayCallback callback={view} />
          <CallbackFacts callback={view} />
          <DecodedFields fields={view.fields} />
          <SigningHeaders headers={view.headers} />
          <RawBody body={view.body} />
          <SignatureDebugger id={view.id} />
          <ReplayLog callback={view} />
        </>
      )}
    </QueryView>
  );
}

function CallbackFacts({ callback }: { callback: CallbackView }) {
  const { t } = useTranslation();
  const { provider, news } = useLabels();
  const staffText = useStaffText();
  const { orderNumber, detail, detailEn } = callback;
  return (
    <FactList ruled>
      <Fact label={t('callbacks.outcome')}>
        <OutcomeTag outcome={callback.outcome} />
      </Fact>
      <Fact label={t('callbacks.detail')}>{staffText(detail, detailEn) ?? '—'}</Fact>
      <Fact label={t('callbacks.orderNumber')}>
        <OrderLink number={orderNumber} />
      </Fact>
      <Fact label={t('callbacks.provider')}>{provider(callback.provider)}</Fact>
      <Fact label={t('callbacks.method')}>
        {news(callback)}{' '}
        {callback.method !== null && news(callback) !== callback.method && (
          <span className="code secondary">{callback.method}</span>
        )}
      </Fact>
      <Fact label={t('callbacks.receivedAt')}>
        <Moment at={callback.receivedAt} />
      </Fact>
      <Fact label={t('callback.decidedAt')}>
        <Moment at={callback.decidedAt} />
      </Fact>
      <Fact label={t('callbacks.source')}>
        <span className="code">{callback.source}</span>
      </Fact>
      <Fact label={t('callback.path')}>
        <span className="code">{callback.path}</span>
      </Fact>
      <Fact label={t('callback.contentType')}>
        <span className="code">{callback.contentType || '—'}</span>
      </Fact>
      <Fact label={t('callback.secret')}>
        {callback.secret === null
          ? t('callback.secretNone')
          : callback.secret === 'current'
            ? t('callback.secretCurrent')
            : t('callback.secretPrevious')}
      </Fact>
      <Fact label={t('callback.transportKey')}>
        <Copyable text={callback.transportKey} what={t('callback.transportKey')} />
      </Fact>
      <Fact label={t('callback.id')}>
        <Copyable text={callback.id} what={t('callback.id')} />
      </Fact>
    </FactList>
  );
}

function DecodedFields({ fields }: { fields: CallbackView['fields'] }) {
  const { t } = useTranslation();
  return (
    <section>
      <h2>{t('callback.fields')}</h2>
      {fields.length === 0 ? (
        <p className="secondary">{t('callback.noFields')}</p>
      ) : (
        <div data-testid="callback-fields">
          <FactList ruled>
            {fields.map(({ name, value }) => (
              <Fact key={name} label={name}>
                {/* Laid out in lines; the raw body below stays as received. */}
                <span className="code as-written">{indented(value)}</span>
              </Fact>
            ))}
          </FactList>
        </div>
      )}
    </section>
  );
}

/** Only where headers sign; no others are kept. */
function SigningHeaders({ headers }: { headers: CallbackView['headers'] }) {
  const { t } = useTranslation();
  if (headers.length === 0) return null;
  return (
    <section data-testid="callback-headers">
      <h2>{t('callback.headers')}</h2>
      <FactList ruled>
        {headers.map(({ name, value }) => (
          <Fact key={name} label={name}>
            <span className="code breakable">{value}</span>
          </Fact>
        ))}
      </FactList>
    </section>
  );
}

function RawBody({ body }: { body: string }) {
  const { t } = useTranslation();
  return (
    <section>
      <h2>
        {t('callback.body')}
        {body !== '' && <CopyButton text={body} what={t('callback.body')} />}
      </h2>
      <pre className="raw-body" data-testid="callback-raw" tabIndex={0}>
        {body === '' ? t('callback.emptyBody') : body}
      </pre>
    </section>
  );
}

function ReplayLog({ callback }: { callback: CallbackView }) {
  const { t } = useTranslation();
  const { actor } = useLabels();
  return (
    <section data-testid="replay-log">
      <h2>{t('callback.replayLog')}</h2>
      {callback.replayLog.length === 0 ? (
        <p className="secondary">{t('callback.noReplays')}</p>
      ) : (
        <ul className="replay-log">
          {callback.replayLog.toReversed().map(({ at, by, outcome, reason }) => (
            <li key={at} data-testid="replay-log-entry">
              <span className="secondary">
                <Moment at={at} />
              </span>
              <span>{t('callback.replayEntry', { by: actor(by), outcome: t(`outcome.${outcome}`) })}</span>
              {reason !== null && <span className="as-written">{t('callback.replayReason', { reason })}</span>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
