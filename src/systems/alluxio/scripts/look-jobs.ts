import {look} from '../../../host/look.ts';
import {sh} from '../../../lib/sh.ts';
import type {ShellRequest} from '../../../model/ask.ts';
import {body} from '../../../model/script.ts';
import type {ServerNode} from '../fields.ts';
import {clean, javaVars, quiet, run, withJava} from './command.ts';
import {nodeVars} from './role.ts';

/** Recorded: 2.4 s; a JVM on a loaded host takes ten. */
export const JOBS_TIMEOUT_MS = 45_000;

const jobsBody = body(
  'alluxio.job-master.look.open-jobs',
  quiet,
  withJava,
  clean,
  run,
  sh`run bash "$home/bin/alluxio" fsadmin report jobservice`,
);

/** What the job service is at: it is the leading job master who is asked, through whichever home. */
export const askOpenJobs = (node: ServerNode): ShellRequest =>
  look(jobsBody, {...nodeVars(node), ...javaVars(node)}, JOBS_TIMEOUT_MS);
