/**
 * Header of calls that a page makes by itself while nobody touches it: they do not keep a session alive (ASVS 5.0
 * V7.3.1).
 */
export const BACKGROUND_HEADER = 'x-orderbridge-background';
