import { useTranslation } from 'react-i18next';
import type { ServiceHealth } from '@orderbridge/contracts/health-api';

const MIB = 1024 ** 2;

/** What the service takes from the bus, and how far behind it is. */
export function ConsumerTable({ consumers }: Pick<ServiceHealth, 'consumers'>) {
  const { t } = useTranslation();
  return (
    <table className="bus-table" data-testid="health-consumers">
      <caption>{t('health.consumers')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('health.consumer')}</th>
          <th scope="col">{t('health.lag')}</th>
          <th scope="col">{t('health.redelivered')}</th>
        </tr>
      </thead>
      <tbody>
        {consumers.map(({ name, lag, redelivered }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{lag ?? t('health.unknown')}</td>
            <td>{redelivered}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How full the streams are. */
export function StreamTable({ streams }: Pick<ServiceHealth, 'streams'>) {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  const share = new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 1 });
  return (
    <table className="bus-table">
      <caption>{t('health.streams')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('health.stream')}</th>
          <th scope="col">{t('health.messages')}</th>
          <th scope="col">{t('health.fill')}</th>
        </tr>
      </thead>
      <tbody>
        {streams.map(({ name, messages, bytes, maxBytes }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{messages === null ? t('health.unknown') : number.format(messages)}</td>
            <td>
              {bytes === null
                ? t('health.unknown')
                : `${share.format(bytes / maxBytes)} / ${number.format(maxBytes / MIB)} MiB`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
