import {z} from 'zod';
import {call} from '../common/process-call.ts';
import type {Self} from '../common/process-node.ts';
import {type Frontend, type Kept, type Members, View} from './process-members.ts';

const Append = z.object({
  term: z.number(),
  leader: z.string(),
  journal: z.number(),
  ready: z.boolean(),
  view: View,
});
const Vote = z.object({term: z.number(), candidate: z.string(), journal: z.number()});
const Reply = z.object({term: z.number(), yes: z.boolean(), journal: z.number()});
type Reply = z.infer<typeof Reply>;
type Replies = ReadonlyMap<string, Reply | 'slow'>;

/** How long the group's habits last. A real group: election 2 to 5 s, a master without majority quits after 45 s, and an
 * idle one writes an entry every two or three seconds. */
type Tempo = {
  readonly beatMs: number;
  readonly entryMs: number;
  readonly electionMs: number;
  readonly transferMs: number;
  readonly silenceMs: number;
  readonly foundMs: number;
  readonly quorumLostMs: number;
};

/** How long one who gave his vote waits for the winner before he stands himself. */
const PATIENCE_MS = 2000;

export type Group = {
  /** Answers a peer's /append or /vote. */
  hear(path: string, body: string): string | null;
  /** One turn of the group's clock; `quit` when a master has lost its majority for too long. */
  turn(): Promise<'quit' | 'on'>;
  readonly tempo: Tempo;
  status(): {
    readonly role: 'UNKNOWN' | 'MASTER' | 'FOLLOWER' | 'OBSERVER';
    readonly leader: Frontend | null;
    /** The master has taken over; on others: as far as they were told. */
    readonly leaderReady: boolean;
    readonly journal: number;
    /** Entries the master has that this one has not replayed yet. */
    readonly lag: number;
  };
  view(): View;
  setView(view: View): void;
  /** From now on it reads no further, whatever it is told. */
  standStill(): void;
  /** From now on it is the master, in a newer term, and whoever was hears of it. */
  takeOffice(): void;
};

/**
 * A small group with one master, terms and votes, in the manner of the product's own: a follower stands for election
 * when the master's port refuses or it was silent for long, an observer never.
 */
export const makeGroup = (
  self: Self,
  me: Frontend,
  members: Members,
  kept: Kept,
  keep: (kept: Kept) => void,
): Group => {
  const others = members.frontends.filter(frontend => frontend.name !== me.name);
  const electable = members.frontends.filter(frontend => frontend.role === 'FOLLOWER');
  const majority = Math.floor(electable.length / 2) + 1;
  const beatMs = self.scaled(1000, 120);
  const tempo: Tempo = {
    beatMs,
    entryMs: self.scaled(2500, 100),
    electionMs: self.scaled(3000, 250),
    transferMs: self.scaled(2000, 150),
    silenceMs: self.scaled(30_000, 15_000),
    foundMs: 20_000,
    quorumLostMs: self.scaled(45_000, 4_000),
  };

  let {term, votedFor, journal} = kept;
  let known = journal;
  let leader: string | null = null;
  let leaderReady = false;
  let heardAt = 0;
  let masterSince = 0;
  let quorumAt = 0;
  let entryAt = 0;
  const founding = term === 0 && journal === 0;
  const founder = members.frontends[0]?.name === me.name;
  let standAt = Date.now() + (founding && founder ? 0 : 5 * beatMs + Math.random() * tempo.electionMs);
  let view: View = {};
  let stands = false;

  const save = (): void => keep({term, votedFor, journal});
  const mayStand = (): boolean => {
    if (me.role !== 'FOLLOWER') return false;
    return !founding || term > 0 || founder || Date.now() - self.startedAt > tempo.foundMs;
  };
  const wait = (): void => {
    standAt = Date.now() + (0.2 + Math.random()) * tempo.electionMs;
  };
  const follow = (newTerm: number, name: string | null): void => {
    if (newTerm > term) votedFor = null;
    if (leader === me.name && name !== me.name) self.note('role FOLLOWER');
    term = newTerm;
    leader = name;
    save();
  };

  const hearAppend = (body: string): string => {
    const append = Append.parse(JSON.parse(body));
    if (append.term >= term) {
      if (append.term > term || leader !== append.leader) follow(append.term, append.leader);
      heardAt = Date.now();
      leaderReady = append.ready;
      known = append.journal;
      // Catching up: a part of what is missing at every beat.
      if (!stands) journal += Math.max(Math.ceil((known - journal) / 3), 0);
      view = append.view;
      if (journal % 5 === 0) save();
    }
    return JSON.stringify({term, yes: append.term >= term, journal});
  };

  const hearVote = (body: string): string => {
    const vote = Vote.parse(JSON.parse(body));
    const led = leader !== null && (leader === me.name || Date.now() - heardAt < 3 * beatMs);
    const free =
      vote.term > term || (vote.term === term && (votedFor === null || votedFor === vote.candidate));
    const yes = me.role === 'FOLLOWER' && !led && free && vote.journal >= journal;
    if (yes) {
      follow(vote.term, null);
      votedFor = vote.candidate;
      save();
      // The winner's first word may take its time on a busy machine.
      standAt = Date.now() + PATIENCE_MS + Math.random() * tempo.electionMs;
    }
    return JSON.stringify({term, yes, journal});
  };

  /** What each peer replied, by its name; `slow` is one that is there but did not answer in time. */
  const askAll = async (peers: readonly Frontend[], path: string, message: unknown): Promise<Replies> => {
    const body = JSON.stringify(message);
    const answers = await Promise.all(peers.map(peer => call(peer.host, peer.editLogPort, path, body, 3000)));
    return new Map(
      peers.flatMap((peer, i): [string, Reply | 'slow'][] => {
        const answer = answers[i];
        if (answer?.kind === 'answered') return [[peer.name, Reply.parse(JSON.parse(answer.body))]];
        return answer?.code === 'timeout' ? [[peer.name, 'slow']] : [];
      }),
    );
  };
  const rivals = electable.filter(peer => peer.name !== me.name);
  const newestTerm = (replies: Replies): number =>
    Math.max(term, ...[...replies.values()].map(reply => (reply === 'slow' ? 0 : reply.term)));
  const says = (replies: Replies, name: string): boolean => {
    const reply = replies.get(name);
    return reply !== undefined && reply !== 'slow' && reply.yes;
  };

  const stand = async (): Promise<void> => {
    term += 1;
    votedFor = me.name;
    save();
    const mine = term;
    const replies = await askAll(rivals, '/vote', {term, candidate: me.name, journal});
    if (term !== mine || leader !== null) return;
    const votes = 1 + rivals.filter(peer => says(replies, peer.name)).length;
    if (votes < majority) {
      const newest = newestTerm(replies);
      if (newest > term) follow(newest, null);
      wait();
      return;
    }
    leader = me.name;
    leaderReady = false;
    masterSince = Date.now();
    quorumAt = masterSince;
    self.note('role MASTER');
  };

  const lead = async (): Promise<'quit' | 'on'> => {
    if (Date.now() - entryAt >= tempo.entryMs) {
      entryAt = Date.now();
      journal += 1;
      known = journal;
      if (journal % 5 === 0) save();
    }
    if (!leaderReady && Date.now() - masterSince >= tempo.transferMs) leaderReady = true;
    const replies = await askAll(others, '/append', {
      term,
      leader: me.name,
      journal,
      ready: leaderReady,
      view,
    });
    const newest = newestTerm(replies);
    if (newest > term) {
      follow(newest, null);
      wait();
      return 'on';
    }
    // A machine that is merely busy loses nobody his majority.
    const agreeing =
      1 + rivals.filter(({name}) => replies.get(name) === 'slow' || says(replies, name)).length;
    if (agreeing >= majority) quorumAt = Date.now();
    return Date.now() - quorumAt > tempo.quorumLostMs ? 'quit' : 'on';
  };

  const watch = async (): Promise<void> => {
    const silentMs = Date.now() - heardAt;
    const boss = others.find(peer => peer.name === leader);
    if (boss !== undefined && silentMs > 3 * beatMs) {
      const answer = await call(boss.host, boss.editLogPort, '/state', null, 3000);
      const gone = answer.kind === 'failed' && answer.code === 'refused';
      if ((gone || silentMs > tempo.silenceMs) && leader === boss.name && Date.now() - heardAt >= silentMs) {
        leader = null;
        leaderReady = false;
        wait();
      }
    }
    if (leader === null && mayStand() && Date.now() >= standAt) await stand();
    if (leader === me.name) await lead();
  };

  return {
    tempo,
    hear: (path, body) => {
      if (path === '/append') return hearAppend(body);
      if (path === '/vote') return hearVote(body);
      return path === '/state' ? JSON.stringify({term, yes: true, journal}) : null;
    },
    turn: async () => {
      if (leader === me.name) return lead();
      await watch();
      return 'on';
    },
    status: () => {
      const boss = members.frontends.find(frontend => frontend.name === leader) ?? null;
      const role = leader === me.name ? 'MASTER' : leader === null ? 'UNKNOWN' : me.role;
      return {role, leader: boss, leaderReady: boss !== null && leaderReady, journal, lag: known - journal};
    },
    view: () => view,
    setView: next => {
      view = next;
    },
    standStill: () => {
      stands = true;
    },
    takeOffice: () => {
      follow(term + 1, me.name);
      journal = known;
      leaderReady = true;
      masterSince = Date.now();
      quorumAt = masterSince;
      self.note('role MASTER');
    },
  };
};
