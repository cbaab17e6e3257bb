import {seedsEndWell} from './seeds.ts';

seedsEndWell('alluxio-dropped', 1, 15);
