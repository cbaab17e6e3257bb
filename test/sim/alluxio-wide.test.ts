import {seedsEndWell} from './seeds.ts';

seedsEndWell('alluxio-wide', 1, 15);
seedsEndWell('alluxio-wide-undo', 1, 10);
