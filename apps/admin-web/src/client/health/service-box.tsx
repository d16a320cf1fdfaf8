import type { UseQueryResult } from '@tanstack/react-query';
import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { SeenService, ServiceHealth } from '@orderbridge/contracts/health-api';
import { useAge } from '../exceptions/exception-age.tsx';
import { formatInstant } from '../format/beijing-time.ts';
import { useLabels } from '../i18n/use-labels.ts';
import { Box } from '../layout/box.tsx';
import { Fact, FactList } from '../layout/fact-list.tsx';
import { Moment } from '../layout/moment.tsx';
import { StateMark } from '../layout/state-mark.tsx';
import { ConsumerTable, StreamTable } from './bus-tables.tsx';
import { SERVICE_STATE_COLORS } from './service-state-colors.ts';

const MIB = 1024 ** 2;
/** A relay that is well tells an event within this time, in seconds. */
const TOLD_WITHIN = 30;

type ServiceBoxProps = {
  service: SeenService;
  /** What the service tells about itself; absent where it cannot be asked. */
  more: UseQueryResult<ServiceHealth, unknown> | undefined;
};

/** One service: whether it answers, what it leans on, and what it tells about itself. */
export function ServiceBox({ service, more }: ServiceBoxProps) {
  const { t } = useTranslation();
  const { label } = useLabels();
  const { name, state, since, responseMs, parts, spooled } = service;
  return (
    <Box
      title={t(`serviceName.${name}`)}
      testId={`health-service-${name}`}
      extra={
        <span className="health-state">
          <Tag color={SERVICE_STATE_COLORS[state]} data-testid={`health-state-${name}`} data-state={state}>
            {t(`serviceState.${state}`)}
          </Tag>
          <span className="secondary number">{t('health.since', { since: formatInstant(since) })}</span>
        </span>
      }
    >
      {state === 'down' && <p className="health-consequence">{t(`serviceDown.${name}`)}</p>}
      {state !== 'down' && (
        <FactList>
          <Fact label={t('health.answersIn')}>
            <span className="number">{t('health.milliseconds', { ms: responseMs })}</span>
          </Fact>
          {parts.map((part) => (
            <Fact key={part.name} label={label('healthPart', part.name)}>
              <StateMark
                state={part.ok ? 'ok' : 'alert'}
                word={part.ok ? t('health.partFine', { ms: part.responseMs }) : t('health.partBroken')}
              />
            </Fact>
          ))}
          {spooled !== null && (
            <Fact label={t('health.spooled')}>
              <StateMark state={spooled === 0 ? 'ok' : 'warn'} word={String(spooled)} />
            </Fact>
          )}
          {more?.data && <OwnFacts own={more.data} />}
        </FactList>
      )}
      {more?.error !== null && more !== undefined && <p className="secondary health-note">{t('health.moreFailed')}</p>}
      {more?.data && (
        <>
          <ConsumerTable consumers={more.data.consumers} />
          <StreamTable streams={more.data.streams} />
          <p className="secondary health-note">{t('health.answeredBy')}</p>
        </>
      )}
    </Box>
  );
}

function OwnFacts({ own }: { own: ServiceHealth }) {
  const { t, i18n } = useTranslation();
  const age = useAge();
  const { version, nodeVersion, startedAt, memoryBytes, database, nats, outbox } = own;
  const versions = [
    `OrderBridge ${version}`,
    `Node ${nodeVersion}`,
    ...(database.version === null ? [] : [`PostgreSQL ${database.version}`]),
    ...(nats.version === null ? [] : [`NATS ${nats.version}`]),
  ];
  const megabytes = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 0 }).format(memoryBytes / MIB);
  return (
    <>
      <Fact label={t('health.outbox')}>
        {outbox === null ? (
          t('health.unknown')
        ) : (
          <StateMark
            state={(outbox.oldestAgeSeconds ?? 0) > TOLD_WITHIN ? 'alert' : 'ok'}
            word={
              outbox.unsent === 0
                ? t('health.outboxNone')
                : t('health.outboxSome', { count: outbox.unsent, age: age(outbox.oldestAgeSeconds ?? 0) })
            }
          />
        )}
      </Fact>
      <Fact label={t('health.startedAt')}>
        <Moment at={startedAt} />
      </Fact>
      <Fact label={t('health.memory')}>
        <span className="number">{megabytes} MiB</span>
      </Fact>
      {database.connections !== null && (
        <Fact label={t('health.connections')}>
          <span className="number">{database.connections}</span>
        </Fact>
      )}
      <Fact label={t('health.version')}>
        <span className="health-versions">
          {versions.map((text) => (
            <span key={text}>{text}</span>
          ))}
        </span>
      </Fact>
    </>
  );
}
