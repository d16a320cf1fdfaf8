/** Whether every word that was typed stands in the text, in whatever order. */
export const matchesWords = (typed: string, text: string): boolean =>
  typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.toLowerCase().includes(word));
