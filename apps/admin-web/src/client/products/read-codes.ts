/** Product codes of a text, each once: parted by commas, blanks or lines. */
export const readCodes = (text: string | undefined): string[] => [
  ...new Set((text ?? '').split(/[,，;；、\s]+/).filter((code) => code !== '')),
];
