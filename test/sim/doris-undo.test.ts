import {seedsEndWell} from './seeds.ts';

seedsEndWell('doris-undo', 1, 20);

// A MetaService was lost when its stop looked at it, and came back by itself before its files were moved.
seedsEndWell('doris-undo', 6660230, 1);

// A backend is lost from outside in the last seconds, after it was verified.
seedsEndWell('doris-undo', 6660231, 1);
