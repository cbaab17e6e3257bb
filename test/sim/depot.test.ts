import {seedsEndWell} from './seeds.ts';

seedsEndWell('depot', 1, 100);
