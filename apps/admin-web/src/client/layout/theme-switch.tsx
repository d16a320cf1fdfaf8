import MoonOutlined from '@ant-design/icons/es/icons/MoonOutlined';
import SunOutlined from '@ant-design/icons/es/icons/SunOutlined';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { chooseTheme, useThemeMode } from '../theme/theme-mode.ts';

export function ThemeSwitch() {
  const { t } = useTranslation();
  const dark = useThemeMode() === 'dark';
  const label = dark ? t('theme.toLight') : t('theme.toDark');
  return (
    <Button
      type="text"
      icon={dark ? <SunOutlined /> : <MoonOutlined />}
      aria-label={label}
      title={label}
      data-testid="theme-switch"
      onClick={() => chooseTheme(dark ? 'light' : 'dark')}
    />
  );
}
