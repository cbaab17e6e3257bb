import {seedsEndWell} from './seeds.ts';

seedsEndWell('alluxio-undo', 1, 15);
seedsEndWell('alluxio-undo-in-place', 1, 15);
