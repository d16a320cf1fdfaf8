import { type Browser, chromium } from 'playwright-core';
import { silent } from '../stack/progress.ts';
import { findChromium } from './find-chromium.ts';

/**
 * A second list takes the place of the driver's own, so what keeps its browser quiet and predictable stands here again.
 * The two popups of the address bar are pages of some hundred files each, and every new window would load them while a
 * test runs in it.
 */
const SWITCHED_OFF = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
];

// Chromium runs as root in containers, without a graphics card, and must not call home.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  `--disable-features=${SWITCHED_OFF.join(',')}`,
];

/**
 * Starts the machine's Chromium for a test or a measurement, without a window.
 * @throws Error with one line that says how to get one, when there is none
 */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: await findChromium(process.env, silent), args: FLAGS });
}
