import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';

/** The home directory, when npm and pnpm can keep their caches there. */
export function writableHome() {
  try {
    const home = homedir();
    accessSync(home, constants.W_OK);
    return home;
  } catch {
    return undefined;
  }
}
