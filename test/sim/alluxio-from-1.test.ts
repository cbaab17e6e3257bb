import {seedsEndWell} from './seeds.ts';

seedsEndWell('alluxio-from-1', 1, 15);
