const PREFIX = 'orderbridge.';

/** What this browser chose before, if it is still one of the options. A browser that keeps nothing has chosen nothing. */
export function rememberedChoice<T extends string>(name: string, options: readonly T[]): T | undefined {
  try {
    const kept = localStorage.getItem(PREFIX + name);
    return options.find((option) => option === kept);
  } catch {
    return undefined;
  }
}

export function rememberChoice(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Storage may be full or forbidden; the choice then lasts as long as the tab.
  }
}
