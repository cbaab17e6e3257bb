import {seedsEndWell} from './seeds.ts';

seedsEndWell('alluxio-local', 201, 12);
