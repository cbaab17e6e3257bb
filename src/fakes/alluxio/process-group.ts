import {z} from 'zod';
import {call} from '../common/process-call.ts';
import type {Self} from '../common/process-node.ts';
import type {Kept} from './process-journal.ts';
import type {Address} from './process-self.ts';

const Append = z.object({term: z.number(), leader: z.string(), ready: z.boolean(), data: z.unknown()});
const Vote = z.object({term: z.number(), candidate: z.string(), index: z.number()});
const Reply = z.object({term: z.number(), yes: z.boolean()});
type Reply = z.infer<typeof Reply>;
type Replies = ReadonlyMap<string, Reply | 'slow'>;

/** What the members of a group agree on. */
export type Shared = {
  readonly kept: Kept;
  keep(kept: Kept): void;
  /** How much of it there is: who knows less is not elected. */
  index(): number;
  read(): unknown;
  install(data: unknown): void;
};

export type Group = {
  /** Answers a peer's /append or /vote. */
  hear(path: string, body: string): string | null;
  /** One turn of the group's clock. */
  turn(): Promise<void>;
  readonly beatMs: number;
  status(): {
    readonly leads: boolean;
    /** Who leads, as far as this one was told, and whether he serves. */
    readonly leader: string | null;
    readonly leaderReady: boolean;
  };
  /** What the leader tells the others of himself. */
  setReady(ready: boolean): void;
  /** Members who answered lately; told late, as the product does. */
  available(): readonly string[];
};

/** How long one who gave his vote waits for the winner before he stands himself. */
const PATIENCE_MS = 2000;

/**
 * A small group in the manner of Raft: terms, votes, one leader, who hands all he knows to the others at every beat.
 * Without a majority he steps down and goes on as one who waits for a leader.
 */
export const makeGroup = (self: Self, name: string, members: readonly Address[], shared: Shared): Group => {
  const others = members.filter(member => member.name !== name);
  const majority = Math.floor(members.length / 2) + 1;
  const beatMs = self.scaled(1000, 120);
  const electionMs = self.scaled(10_000, 400);
  // A busy machine is not a dead one.
  const silenceMs = self.scaled(30_000, 12_000);
  const quorumLostMs = self.scaled(10_000, 4_000);
  const staleMs = self.scaled(12_000, 1_000);

  let {term, votedFor} = shared.kept;
  let leader: string | null = null;
  let leaderReady = false;
  let heardAt = 0;
  let quorumAt = 0;
  let standAt = Date.now() + (0.3 + Math.random()) * electionMs;
  const seen = new Map<string, number>();

  const save = (): void => shared.keep({term, votedFor});
  const wait = (): void => {
    standAt = Date.now() + (0.3 + Math.random()) * electionMs;
  };
  const follow = (newTerm: number, who: string | null): void => {
    if (newTerm > term) votedFor = null;
    if (leader === name && who !== name) self.note('role STANDBY');
    term = newTerm;
    leader = who;
    leaderReady = false;
    save();
  };

  const hearAppend = (body: string): string => {
    const append = Append.parse(JSON.parse(body));
    if (append.term >= term) {
      if (append.term > term || leader !== append.leader) follow(append.term, append.leader);
      heardAt = Date.now();
      leaderReady = append.ready;
      shared.install(append.data);
    }
    return JSON.stringify({term, yes: append.term >= term});
  };

  const hearVote = (body: string): string => {
    const vote = Vote.parse(JSON.parse(body));
    const led = leader !== null && (leader === name || Date.now() - heardAt < 3 * beatMs);
    const free =
      vote.term > term || (vote.term === term && (votedFor === null || votedFor === vote.candidate));
    const yes = !led && free && vote.index >= shared.index();
    if (yes) {
      follow(vote.term, null);
      votedFor = vote.candidate;
      save();
      standAt = Date.now() + PATIENCE_MS + Math.random() * electionMs;
    } else if (vote.term > term && !led) {
      term = vote.term;
      votedFor = null;
      save();
    }
    return JSON.stringify({term, yes});
  };

  /** What each of the others replied, by name; `slow` is one that is there but did not answer in time. */
  const askAll = async (path: string, message: unknown): Promise<Replies> => {
    const body = JSON.stringify(message);
    const answers = await Promise.all(others.map(peer => call(peer.host, peer.port, path, body, 3000)));
    return new Map(
      others.flatMap((peer, i): [string, Reply | 'slow'][] => {
        const answer = answers[i];
        if (answer?.kind === 'answered') {
          const reply = Reply.safeParse(JSON.parse(answer.body));
          return reply.success ? [[peer.name, reply.data]] : [];
        }
        return answer?.code === 'timeout' ? [[peer.name, 'slow']] : [];
      }),
    );
  };
  const newestTerm = (replies: Replies): number =>
    Math.max(term, ...[...replies.values()].map(reply => (reply === 'slow' ? 0 : reply.term)));
  const agreeing = (replies: Replies, slowToo: boolean): number =>
    1 + [...replies.values()].filter(reply => (reply === 'slow' ? slowToo : reply.yes)).length;

  const stand = async (): Promise<void> => {
    term += 1;
    votedFor = name;
    save();
    const mine = term;
    const replies = await askAll('/vote', {term, candidate: name, index: shared.index()});
    if (term !== mine || leader !== null) return;
    if (agreeing(replies, false) < majority) {
      const newest = newestTerm(replies);
      if (newest > term) follow(newest, null);
      wait();
      return;
    }
    leader = name;
    leaderReady = false;
    quorumAt = Date.now();
    for (const peer of replies.keys()) seen.set(peer, quorumAt);
    self.note('role LEADER');
  };

  const lead = async (): Promise<void> => {
    const replies = await askAll('/append', {term, leader: name, ready: leaderReady, data: shared.read()});
    if (leader !== name) return;
    const now = Date.now();
    for (const peer of replies.keys()) seen.set(peer, now);
    const newest = newestTerm(replies);
    if (agreeing(replies, true) >= majority) quorumAt = now;
    if (newest > term || now - quorumAt > quorumLostMs) {
      follow(newest, null);
      wait();
    }
  };

  const watch = async (): Promise<void> => {
    const silentMs = Date.now() - heardAt;
    const boss = others.find(peer => peer.name === leader);
    if (boss !== undefined && silentMs > 3 * beatMs) {
      const answer = await call(boss.host, boss.port, '/state', null, 3000);
      const gone = answer.kind === 'failed' && answer.code === 'refused';
      if ((gone || silentMs > silenceMs) && leader === boss.name && Date.now() - heardAt >= silentMs) {
        leader = null;
        leaderReady = false;
        wait();
      }
    }
    if (leader === null && Date.now() >= standAt) await stand();
    if (leader === name) await lead();
  };

  return {
    beatMs,
    hear: (path, body) => {
      if (path === '/append') return hearAppend(body);
      if (path === '/vote') return hearVote(body);
      return path === '/state' ? JSON.stringify({term, yes: true}) : null;
    },
    turn: () => (leader === name ? lead() : watch()),
    status: () => ({leads: leader === name, leader, leaderReady: leader !== null && leaderReady}),
    setReady: ready => {
      leaderReady = ready;
    },
    available: () => {
      const now = Date.now();
      return members
        .map(member => member.name)
        .filter(member => member === name || now - (seen.get(member) ?? 0) < staleMs);
    },
  };
};
