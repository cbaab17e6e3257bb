import {seedsEndWell} from './seeds.ts';

// Some of them have a newer master that ends the older frontends.
seedsEndWell('doris-left-behind', 36, 12);
