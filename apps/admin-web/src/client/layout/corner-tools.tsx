import { LanguageSwitch } from './language-switch.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

/** What the header of the rooms offers everybody, on a page that has no header. */
export const CornerTools = () => (
  <div className="corner-tools">
    <LanguageSwitch />
    <ThemeSwitch />
  </div>
);
