import type {System} from '../model/system.ts';
import {alluxio} from './alluxio/system.ts';
import {doris} from './doris/system.ts';

/** Every system lakeup knows, by the name the inventory uses. A new one is a folder and a line here. */
export const systems: readonly System[] = [doris, alluxio];
