/** 128 bits from the world's chance: nothing that a host prints by accident. */
export const makeNonce = (chance: () => number): string =>
  `lakeup-${Array.from({length: 4}, () =>
    Math.floor(chance() * 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('')}`;
