import AppstoreOutlined from '@ant-design/icons/es/icons/AppstoreOutlined';
import AuditOutlined from '@ant-design/icons/es/icons/AuditOutlined';
import CloudSyncOutlined from '@ant-design/icons/es/icons/CloudSyncOutlined';
import DashboardOutlined from '@ant-design/icons/es/icons/DashboardOutlined';
import DatabaseOutlined from '@ant-design/icons/es/icons/DatabaseOutlined';
import DiffOutlined from '@ant-design/icons/es/icons/DiffOutlined';
import HeartOutlined from '@ant-design/icons/es/icons/HeartOutlined';
import MenuOutlined from '@ant-design/icons/es/icons/MenuOutlined';
import PayCircleOutlined from '@ant-design/icons/es/icons/PayCircleOutlined';
import SendOutlined from '@ant-design/icons/es/icons/SendOutlined';
import SettingOutlined from '@ant-design/icons/es/icons/SettingOutlined';
import ShoppingOutlined from '@ant-design/icons/es/icons/ShoppingOutlined';
import SwapOutlined from '@ant-design/icons/es/icons/SwapOutlined';
import TeamOutlined from '@ant-design/icons/es/icons/TeamOutlined';
import WarningOutlined from '@ant-design/icons/es/icons/WarningOutlined';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { type ComponentType, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { ordersApi } from '../api/orders-api.ts';
import { formatCount } from '../format/count.ts';
import { useSession } from '../session/session-guard.tsx';
import { ROOM_GROUPS, type RoomName } from './navigation.ts';

const ICONS: Record<RoomName, ComponentType> = {
  overview: DashboardOutlined,
  orders: ShoppingOutlined,
  exceptions: WarningOutlined,
  callbacks: SwapOutlined,
  payments: PayCircleOutlined,
  products: AppstoreOutlined,
  haierData: DatabaseOutlined,
  jobs: SendOutlined,
  syncs: CloudSyncOutlined,
  reconcile: DiffOutlined,
  configuration: SettingOutlined,
  staff: TeamOutlined,
  audit: AuditOutlined,
  health: HeartOutlined,
};

/** The way to every room, at the side; on a narrow screen behind a button. */
export function RoomMenu() {
  const { t } = useTranslation();
  const { permissions } = useSession();
  const [open, setOpen] = useState(false);
  const id = useId();
  const name = (room: RoomName) =>
    room === 'orders' || room === 'callbacks' ? t(`navigation.${room}`) : t(`${room}.title`);
  return (
    <>
      <Button
        type="text"
        className="menu-button"
        icon={<MenuOutlined />}
        aria-label={open ? t('navigation.close') : t('navigation.open')}
        aria-expanded={open}
        aria-controls={id}
        data-testid="menu-button"
        onClick={() => setOpen(!open)}
      />
      <nav id={id} className={open ? 'room-menu open' : 'room-menu'} aria-label={t('navigation.label')}>
        {ROOM_GROUPS.map(({ group, rooms }) => {
          const shown = rooms.filter(({ permission }) => permissions.includes(permission));
          if (shown.length === 0) return null;
          return (
            <section key={group} aria-label={t(`navigation.group.${group}`)}>
              <div className="room-group" aria-hidden>
                {t(`navigation.group.${group}`)}
              </div>
              {shown.map((room) => {
                const Icon = ICONS[room.name];
                return (
                  <NavLink
                    key={room.path}
                    to={room.path}
                    onClick={() => setOpen(false)}
                    data-testid={`nav-${room.name}`}
                  >
                    <Icon />
                    <span>{name(room.name)}</span>
                    {room.name === 'exceptions' && <OpenCases />}
                  </NavLink>
                );
              })}
            </section>
          );
        })}
      </nav>
    </>
  );
}

// Most cases come with a change of an order, which is told at once; timers find the others.
const LOOK_EVERY_MS = 60_000;

/** How many cases wait for somebody. */
function OpenCases() {
  const { t } = useTranslation();
  const { data } = useQuery(ordersApi.exception.summary.queryOptions(undefined, { refetchInterval: LOOK_EVERY_MS }));
  if (!data || data.open === 0) return null;
  const count = formatCount(data.open);
  return (
    <span className="count" data-testid="nav-exceptions-count">
      <span aria-hidden>{count}</span>
      <span className="visually-hidden">{t('exceptions.openTotal', { count: data.open })}</span>
    </span>
  );
}
