import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { OrderListItem } from '@orderbridge/contracts/orders-api';
import { switchLanguage } from '../i18n/language-packs.ts';
import { useSession } from '../session/session-guard.tsx';
import { chooseTheme, useThemeMode } from '../theme/theme-mode.ts';
import { matchesWords } from './command-match.ts';
import { ROOM_GROUPS } from './navigation.ts';

export type Command = {
  id: string;
  group: 'orders' | 'rooms' | 'actions';
  text: string;
  /** What stands smaller behind the text. */
  hint?: string;
  run: () => unknown;
};

/** What can be done from the palette with what was typed, in the order it is shown. */
export function useCommands(typed: string, found: readonly OrderListItem[]): Command[] {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const { permissions } = useSession();
  const dark = useThemeMode() === 'dark';
  const other = i18n.language === 'en' ? 'zh-CN' : 'en';

  const orders = found.map(({ orderNumber, haierOrderNo, status, contactName, phone }): Command => ({
    id: `order-${orderNumber}`,
    group: 'orders',
    text: orderNumber,
    hint: [t(`orderStatus.${status}`), haierOrderNo, `${contactName} ${phone}`].filter(Boolean).join(' · '),
    run: () => navigate(`/orders/${encodeURIComponent(orderNumber)}`),
  }));
  const search: Command[] =
    typed === ''
      ? []
      : [
          {
            id: 'search-orders',
            group: 'actions',
            text: t('palette.searchOrders', { text: typed }),
            run: () => navigate(`/orders?q=${encodeURIComponent(typed)}`),
          },
        ];
  const rooms = ROOM_GROUPS.flatMap(({ group, rooms: inGroup }) =>
    inGroup
      .filter(({ permission }) => permissions.includes(permission))
      .map(({ name, path }): Command => ({
        id: `room-${name}`,
        group: 'rooms',
        text: name === 'orders' || name === 'callbacks' ? t(`navigation.${name}`) : t(`${name}.title`),
        hint: t(`navigation.group.${group}`),
        run: () => navigate(path),
      })),
  );
  const actions: Command[] = [
    { id: 'language', group: 'actions', text: t('language.switch'), run: () => switchLanguage(other) },
    {
      id: 'theme',
      group: 'actions',
      text: dark ? t('theme.toLight') : t('theme.toDark'),
      run: () => chooseTheme(dark ? 'light' : 'dark'),
    },
  ];
  const matching = [...rooms, ...actions].filter(({ text, hint, id }) =>
    matchesWords(typed, `${text} ${hint ?? ''} ${id}`),
  );
  return [...orders, ...matching, ...search];
}
