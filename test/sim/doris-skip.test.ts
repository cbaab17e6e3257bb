import {seedsEndWell} from './seeds.ts';

seedsEndWell('doris-skip', 1, 12);
