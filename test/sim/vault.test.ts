import {seedsEndWell} from './seeds.ts';

seedsEndWell('vault', 1, 100);
