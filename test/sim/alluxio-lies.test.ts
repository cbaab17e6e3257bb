import {seedsEndWell} from './seeds.ts';

seedsEndWell('alluxio-lies', 1, 12);

// lakeup dies between the starts of two masters: the first alone has no majority.
seedsEndWell('alluxio-lies', 611, 1);

// Two masters that lead, for ever, while the first of them is waited for.
seedsEndWell('alluxio-lies', 505, 1);
