import {join} from 'node:path';
import {
  bodyOf,
  type Handler,
  json,
  linger,
  nameSelf,
  nothingThere,
  plainVersion,
  serve,
  sleep,
} from '../common/process-node.ts';
import {jettyMissing, openDoor} from './process-door.ts';
import {makeGroup} from './process-group.ts';
import {openEmbedded} from './process-journal.ts';
import {type Invocation, type Me, readMe, rpcAddresses} from './process-self.ts';

/** The life that all processes share which have no more than ports: `begin` opens them. */
const live = async (me: Me, begin: (onEnd: (close: () => void) => void) => Promise<void>): Promise<void> => {
  me.note(`process begins ${plainVersion(me.version)}`);
  const closers: (() => void)[] = [];
  const end = (why: string): never => {
    me.note(`process ends ${why}`);
    for (const close of closers) close();
    process.exit(why === 'SIGTERM' ? 143 : 255);
  };
  let leaving = false;
  process.on('SIGTERM', () => {
    if (me.knob('IGNORES_SIGNALS') === 'yes' || leaving) return;
    leaving = true;
    void sleep(me.scaled(me.knobMs('DRAIN_MS', 1000))).then(() => end('SIGTERM'));
  });
  if (me.knob('DIES') === 'at-start') end('by itself');
  await sleep(me.scaled(me.knobMs('START_MS', 5000)));
  if (me.knob('NEVER_READY') === 'yes') return linger();
  try {
    await begin(close => void closers.push(close));
  } catch (error) {
    me.log('ERROR', 'ProcessUtils.java:76', error instanceof Error ? error.message : String(error));
    end('by itself');
  }
  me.note(`process up ${plainVersion(me.version)}`);
  if (me.knob('DIES') === 'when-up') {
    await sleep(me.scaled(me.knobMs('DIES_AFTER_MS', 5000)));
    end('by itself');
  }
};

/** A job master: they elect a leader among themselves, and only his page answers. Its journal lies inside the masters'. */
export const runJobMaster = (invocation: Invocation, env: NodeJS.ProcessEnv): Promise<void> => {
  nameSelf('java');
  const me = readMe(invocation, ['alluxio.job.master.hostname', 'alluxio.master.hostname'], env);
  return live(me, async onEnd => {
    const port = me.number('alluxio.job.master.rpc.port');
    const folder = join(me.text('alluxio.master.journal.folder'), 'JobJournal');
    const journal = openEmbedded(folder, me.generation.layout, me.plain);
    onEnd(journal.close);
    let {metadata} = journal;
    const group = makeGroup(me, `${me.address}:${port}`, rpcAddresses(me, 'job.master'), {
      kept: journal.kept,
      keep: journal.keep,
      index: () => metadata.index,
      read: () => metadata,
      install: () => {},
    });
    const leads = (): boolean => group.status().leads;
    await serve(me, port, async (url, request) => {
      if (url.pathname === '/fake/settled') return {body: group.status().leaderReady ? 'yes' : 'no'};
      if (url.pathname === '/fake/leads') return {body: leads() ? 'yes' : 'no'};
      const answer = group.hear(url.pathname, await bodyOf(request));
      return answer === null ? nothingThere : {body: answer};
    });
    const pages: Handler = url =>
      url.pathname === '/api/v1/job_master/info'
        ? json({
            version: me.version,
            configuration: Object.fromEntries(me.properties.keys().map(key => [key, me.text(key) || null])),
            startTimeMs: me.startedAt,
            uptimeMs: Date.now() - me.startedAt,
          })
        : jettyMissing(url.pathname);
    await openDoor(me, me.number('alluxio.job.master.web.port'), leads, pages);
    void (async () => {
      for (;;) {
        await group.turn();
        if (leads() && !group.status().leaderReady) {
          group.setReady(true);
          metadata = {...metadata, index: metadata.index + 1, writer: me.plain};
          journal.write(metadata);
        }
        await sleep(group.beatMs);
      }
    })();
  });
};

/** A job worker: its page has nothing to show. */
export const runJobWorker = (invocation: Invocation, env: NodeJS.ProcessEnv): Promise<void> => {
  nameSelf('java');
  const me = readMe(invocation, ['alluxio.job.worker.hostname', 'alluxio.worker.hostname'], env);
  return live(me, async () => {
    await openDoor(
      me,
      me.number('alluxio.job.worker.web.port'),
      () => true,
      url => jettyMissing(url.pathname),
    );
    await serve(me, me.number('alluxio.job.worker.rpc.port'), () => ({body: 'yes'}));
  });
};

/** A proxy, in the same manner. */
export const runProxy = (invocation: Invocation, env: NodeJS.ProcessEnv): Promise<void> => {
  nameSelf('java');
  const me = readMe(invocation, ['alluxio.master.hostname', 'alluxio.worker.hostname'], env);
  return live(me, () =>
    openDoor(
      me,
      me.number('alluxio.proxy.web.port'),
      () => true,
      url => (url.pathname === '/fake/settled' ? {body: 'yes'} : jettyMissing(url.pathname)),
    ),
  );
};
