import { Drawer } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOpenRecord } from '../paging/use-open-record.ts';
import './record-drawer.css';

type RecordDrawerProps = {
  /** Parameter of the address that names the record. */
  param: string;
  title: string;
  /** In px. */
  size?: number;
  testId: string;
  children: (id: string) => ReactNode;
};

/** The record that the address names, whole, beside the list. */
export function RecordDrawer({ param, title, size = 640, testId, children }: RecordDrawerProps) {
  const { t } = useTranslation();
  const [asked, open] = useOpenRecord(param);
  // Keeps its content while it slides out.
  const [shown, setShown] = useState(asked);
  if (asked !== null && asked !== shown) setShown(asked);

  return (
    <Drawer
      open={asked !== null}
      size={size}
      title={title}
      closable={{ 'aria-label': t('common.close') }}
      rootClassName="record-drawer"
      destroyOnHidden
      onClose={() => open(null)}
    >
      {shown !== null && (
        <div data-testid={testId} key={shown}>
          {children(shown)}
        </div>
      )}
    </Drawer>
  );
}
