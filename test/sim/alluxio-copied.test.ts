import {seedsEndWell} from './seeds.ts';

seedsEndWell('alluxio-copied', 1, 15);
