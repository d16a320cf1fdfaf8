/** Whether a text that came from outside may become a link: nothing but HTTP, so that no script hides in it. */
export function isWebAddress(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === 'https:' || protocol === 'http:';
}
