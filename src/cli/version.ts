declare const LAKEUP_VERSION: string | undefined;

/** The version this was built from; "dev" when it runs unbuilt. */
export const VERSION = typeof LAKEUP_VERSION === 'string' ? LAKEUP_VERSION : 'dev';
