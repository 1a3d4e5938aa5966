const CHARS = 60;

/**
 * A name as the directory sorts and searches it: without diacritics (`đ` as `d`), small letters, single spaces,
 * cut to 60 characters. "Sở Thử nghiệm" and "so thu nghiem" are the same key.
 */
export const nameKeyOf = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .replaceAll(/[đĐ]/g, 'd')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .slice(0, CHARS)
    // Half a character at the cut could not be stored.
    .replace(/\p{Cs}$/u, '');
