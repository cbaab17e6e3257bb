import {seedsEndWell} from './seeds.ts';

seedsEndWell('alluxio-in-place', 101, 15);
