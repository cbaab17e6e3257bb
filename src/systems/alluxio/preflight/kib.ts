import {formatBytes} from '../../../lib/bytes.ts';

/** A size that `df` or `du` told in KiB; `-` where it told none. */
export const kib = (kb: number | null): string => (kb === null ? '-' : formatBytes(kb * 1024));
