import {seedsEndWell} from './seeds.ts';

seedsEndWell('doris-skip', 1, 12);

// A run of which nodes were skipped is taken back; and one of another product, of which only a stopped worker may be.
seedsEndWell('doris-undo', 1, 6, subject => ({...subject, skips: true}));
seedsEndWell('alluxio', 4, 1, subject => ({...subject, skips: true}));
