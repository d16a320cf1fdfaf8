import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { rememberedLanguage } from './i18n/language.ts';
import { startTexts } from './i18n/language-packs.ts';
import { openAhead } from './layout/room-pages.ts';
import './layout/app.css';

void openAhead(location);
await startTexts(rememberedLanguage());
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
