/**
 * Loads the screen. Ink's layout engine fetches its code from a data: URL where there is `fetch`, for which node loads its
 * whole HTTP client; without, it decodes that code itself. So there is none meanwhile: 35 ms of a start of 300.
 */
export const loadScreen = async (): Promise<typeof import('./start.tsx')> => {
  const fetch = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
  if (fetch?.configurable !== true) return import('./start.tsx');
  Object.defineProperty(globalThis, 'fetch', {value: undefined, configurable: true});
  try {
    return await import('./start.tsx');
  } finally {
    Object.defineProperty(globalThis, 'fetch', fetch);
  }
};
