import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { usePageTitle } from '../layout/use-page-title.ts';
import { useListAddress } from '../paging/use-list-address.ts';
import { BatchList } from './batch-list.tsx';
import { JobDrawer } from './job-drawer.tsx';
import { JobList } from './job-list.tsx';

export default function JobsPage() {
  const { t } = useTranslation();
  const address = useListAddress();
  const tab = address.params.get('tab') === 'batches' ? 'batches' : 'jobs';
  usePageTitle(t('jobs.title'));
  return (
    <div data-testid="jobs-page">
      <h1>{t('jobs.title')}</h1>
      <p className="secondary room-lead">{t('jobs.lead')}</p>
      <Tabs
        activeKey={tab}
        destroyOnHidden
        items={[
          { key: 'jobs', label: t('jobs.tabJobs'), children: <JobList address={address} /> },
          { key: 'batches', label: t('jobs.tabBatches'), children: <BatchList address={address} /> },
        ]}
        onChange={(key) => address.filter({ tab: key === 'jobs' ? null : key, orderNumber: null, batchId: null })}
      />
      <JobDrawer />
    </div>
  );
}
