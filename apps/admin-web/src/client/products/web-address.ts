/** Whether a text is the whole address of a page or picture, and nothing that would run here. */
export function isWebAddress(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
