import {seedsEndWell} from './seeds.ts';

seedsEndWell('alluxio-clients', 1, 12);
// A step whose looks took longer than another one's failure and its retry.
seedsEndWell('alluxio-clients', 153, 1);
