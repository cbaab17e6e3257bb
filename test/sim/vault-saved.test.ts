import {seedsEndWell} from './seeds.ts';

seedsEndWell('vault-saved', 1, 60);
