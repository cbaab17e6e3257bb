/** What a page holds, or null where that is no JSON: a page that was cut off tells nothing. */
export const parseJson = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
};
