const PREFIX = 'orderbridge.';

/** What this browser chose before, if it is still one of the options. A browser that keeps nothing has chosen nothing. */
export function rememberedChoice<T extends string>(name: string, options: readonly T[]): T | undefined {
  const kept = keptText(name);
  return options.find((option) => option === kept);
}

export const rememberChoice = (name: string, value: string): void => keepText(name, value);

/** A text that this browser was told to keep, whatever has become of it since. */
export function keptText(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function forgetText(name: string): void {
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // What cannot be kept is not there either.
  }
}

export function keepText(name: string, text: string): void {
  try {
    localStorage.setItem(PREFIX + name, text);
  } catch {
    // Storage may be full or forbidden; what was chosen then lasts as long as the tab.
  }
}
