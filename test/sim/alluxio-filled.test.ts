import {seedsEndWell} from './seeds.ts';

seedsEndWell('alluxio-filled', 1, 15);
