import {seedsEndWell} from './seeds.ts';

seedsEndWell('alluxio-wide', 1, 15);
seedsEndWell('alluxio-wide-undo', 1, 10);

// Nodes wait for the command of all, and the run is held and released meanwhile: what was looked at before is shut again.
seedsEndWell('alluxio-wide', 7000, 1);
