/**
 * A whole number from 0 that was printed, or null. What has more digits than a number holds exactly is none: it would be kept
 * as another one, or as none at all.
 */
export const parseWhole = (text: string | null | undefined): number | null => {
  if (text === null || text === undefined || !/^\d+$/.test(text)) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : null;
};
