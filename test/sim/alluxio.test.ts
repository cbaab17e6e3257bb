import {seedsEndWell} from './seeds.ts';

seedsEndWell('alluxio', 1, 20);
