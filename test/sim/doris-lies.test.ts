import {seedsEndWell} from './seeds.ts';

seedsEndWell('doris-lies', 1, 20);
