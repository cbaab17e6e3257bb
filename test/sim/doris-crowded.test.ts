import {seedsEndWell} from './seeds.ts';

seedsEndWell('doris-crowded', 201, 20);
