import type {Part} from './lib/part.ts';
import {cold} from './parts/cold.ts';
import {idle} from './parts/idle.ts';
import {journal} from './parts/journal.ts';
import {memory} from './parts/memory.ts';
import {plan} from './parts/plan.ts';
import {rolling} from './parts/rolling.ts';
import {screen} from './parts/screen.ts';
import {start} from './parts/start.ts';
import {warm} from './parts/warm.ts';

/** Everything that is measured, in this order. Another part is a file in parts/ and a line here. */
export const PARTS: readonly Part[] = [start, plan, screen, journal, idle, cold, warm, memory, rolling];
