/** How many letters have to be changed, added, dropped or swapped with their neighbour to make one word of the other. */
const distance = (a: string, b: string): number => {
  const rows: number[][] = [Array.from({length: b.length + 1}, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (same ? 0 : 1),
          swapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(a.length, b.length);
};

/** The known word that was most likely meant, or null when none is near: at most a third of its letters differ. */
export const nearest = (word: string, known: readonly string[]): string | null => {
  const plainWord = word.toLowerCase().replace(/[-_]/g, '');
  let best: {readonly name: string; readonly far: number} | null = null;
  for (const name of known) {
    const far = distance(plainWord, name.toLowerCase().replace(/[-_]/g, ''));
    const allowed = Math.max(1, Math.floor(Math.max(name.length, word.length) / 3));
    if (far <= allowed && (best === null || far < best.far)) best = {name, far};
  }
  return best?.name ?? null;
};
