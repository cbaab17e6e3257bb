/** Closes a union: a case that was forgotten does not compile; one that slipped through a parse throws. */
export const never = (value: never): never => {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
};
