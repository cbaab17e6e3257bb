import {seedsEndWell} from './seeds.ts';

seedsEndWell('doris', 101, 20);
