import {seedsEndWell} from './seeds.ts';

seedsEndWell('doris-undo', 1, 20);
