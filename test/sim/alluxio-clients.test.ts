import {seedsEndWell} from './seeds.ts';

seedsEndWell('alluxio-clients', 1, 30);
