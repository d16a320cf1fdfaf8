import { Tabs } from 'antd';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import './room-tabs.css';

type Tab<Key extends string> = {
  key: Key;
  label: string;
  children: ReactNode;
  /** Stands at the right of the tabs while this one is shown. */
  extra?: ReactNode;
};

/** Tabs of a room. The address names the one that is shown, but for the first; another tab begins without filters. */
export function RoomTabs<Key extends string>({ tabs }: { tabs: readonly Tab<Key>[] }) {
  const [params, setParams] = useSearchParams();
  const [first] = tabs;
  const shown = tabs.find(({ key }) => key === params.get('tab')) ?? first!;
  return (
    <div className="room-tabs">
      {/* Beside the tabs, not among them: a list of tabs holds nothing else. */}
      {shown.extra && <div className="room-tabs-extra">{shown.extra}</div>}
      <Tabs
        activeKey={shown.key}
        destroyOnHidden
        items={tabs.map(({ key, label, children }) => ({
          key,
          label: <span data-testid={`tab-${key}`}>{label}</span>,
          children,
        }))}
        onChange={(key) => setParams(key === first!.key ? {} : { tab: key })}
      />
    </div>
  );
}
