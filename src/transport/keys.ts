import type {AnyAuthMethod, ParsedKey} from 'ssh2';
import {never} from '../lib/never.ts';
import type {Refused} from '../model/ask.ts';
import {joinTexts, SEMICOLON, type Text, text} from '../model/text.ts';
import {type AgentAnswer, agentKeys, agentOffer} from './agent.ts';
import type {TransportEnv} from './env.ts';
import type {KeyBlob} from './key-blob.ts';
import {type KeyFile, notThere, readCertificateFile, readKey} from './key-files.ts';
import {ChosenAgent, makeOffer, type Offer, signWith} from './offer.ts';
import {inSeconds, quoted, refused} from './replies.ts';
import type {Settings} from './settings.ts';

/** Why an agent gives nothing to log in with. */
const noneOffered = (socket: string | null, answer: AgentAnswer | null, limitMs: number): Text => {
  if (socket === null || answer === null)
    return text(
      'no agent (SSH_AUTH_SOCK is not set, or ssh’s configuration says `IdentityAgent none`)',
      '没有 ssh-agent（未设置 SSH_AUTH_SOCK，或 ssh 配置为 `IdentityAgent none`）',
    );
  switch (answer.kind) {
    case 'none': {
      const said = quoted(answer.said);
      return text(`no agent answers at ${socket}: ${said.en}`, `${socket} 上没有 ssh-agent 响应：${said.zh}`);
    }
    case 'silent': {
      const span = inSeconds(limitMs);
      return text(
        `the agent at ${socket} did not answer within ${span.en}`,
        `${socket} 上的 ssh-agent 在 ${span.zh}内没有响应`,
      );
    }
    case 'keys': {
      const {keys, others} = answer;
      if (keys.length > 0)
        return text(
          `the agent offers none of its ${keys.length} keys`,
          `ssh-agent 中的 ${keys.length} 个密钥均不用于该主机`,
        );
      return others.length === 0
        ? text('the agent holds no keys', 'ssh-agent 中没有密钥')
        : text(
            `the agent holds only keys of types that lakeup cannot offer: ${others.join(', ')}`,
            `ssh-agent 中只有 lakeup 无法使用的密钥类型：${others.map(type => `“${type}”`).join('、')}`,
          );
    }
    default:
      return never(answer);
  }
};

const keyless = (path: string): Text =>
  text(`${path} is a certificate, and nobody holds its key`, `${path} 是证书，但没有与之对应的私钥`);

/** One thing to log in with: what is signed for by an agent or for a certificate, or the key of a file. */
type Candidate =
  | {readonly bytes: Buffer; readonly offer: Offer}
  | {readonly bytes: Buffer; readonly key: ParsedKey};

const offered = (offer: Offer): Candidate => ({bytes: offer.blob.bytes, offer});

/** Each once, in their order; offers that stand together are one agent's. */
const methodsOf = (candidates: readonly Candidate[], username: string): readonly AnyAuthMethod[] => {
  const methods: AnyAuthMethod[] = [];
  let together: Offer[] = [];
  const close = () => {
    if (together.length > 0) methods.push({type: 'agent', username, agent: new ChosenAgent(together)});
    together = [];
  };
  const once = candidates.filter(
    ({bytes}, i) => candidates.findIndex(other => other.bytes.equals(bytes)) === i,
  );
  for (const candidate of once) {
    if ('offer' in candidate) together.push(candidate.offer);
    else {
      close();
      methods.push({type: 'publickey', username, key: candidate.key});
    }
  }
  close();
  return methods;
};

/** What an IdentityFile names, and the certificate that goes with it. */
type Identity = {
  readonly path: string;
  readonly asked: boolean;
  readonly file: KeyFile;
  readonly certificate: {readonly path: string; readonly blob: KeyBlob} | null;
};

/** Whether an agent’s key is the one that is named: by its certificate, or by the key that a certificate is of. */
const names = ({file, certificate}: Identity, {bytes, key}: KeyBlob): boolean => {
  if (certificate?.blob.bytes.equals(bytes) === true) return true;
  if (file.kind === 'missing' || file.kind === 'certificate' || file.publicKey === null) return false;
  return file.publicKey.equals(key.bytes);
};

const whyNot = ({path, asked, file, certificate}: Identity): readonly Text[] => {
  if (file.kind === 'missing' && certificate === null) return asked ? [notThere(path)] : [];
  return [
    ...(file.kind === 'unusable' ? [file.because] : []),
    ...(certificate === null ? [] : [keyless(certificate.path)]),
  ];
};

/** What to log in with, in the order it is offered; refused when there is nothing, with the reason for each file. */
export type KeyRing = (settings: Settings) => Promise<readonly AnyAuthMethod[] | Refused>;

/**
 * As ssh does: certificates that are named, then keys of the agent that belong to an identity file, then the agent's others
 * unless IdentitiesOnly, then the files the agent does not hold, each before the certificate beside it. Keys of files are
 * parsed once for all hosts. A certificate is signed for by whoever has its key: the agent, or a file. An agent has the limit
 * of a connect for each answer.
 */
export const makeKeyRing = ({clock, limits}: Pick<TransportEnv, 'clock' | 'limits'>): KeyRing => {
  const files = new Map<string, Promise<KeyFile>>();
  const fileOf = (path: string): Promise<KeyFile> => {
    const file = files.get(path) ?? readKey(path);
    files.set(path, file);
    // Only keys are kept: what is missing or encrypted today may be mended the next time.
    void file.then(({kind}) => kind === 'key' || files.delete(path));
    return file;
  };
  /** As with ssh, whoever names certificates means these alone. */
  const certificateOf = async (path: string, file: KeyFile, namesOwn: boolean) => {
    if (file.kind === 'certificate') return {path, blob: file.certificate};
    const beside = `${path}-cert.pub`;
    const read = namesOwn ? null : await readCertificateFile(beside);
    return read !== null && 'certificate' in read ? {path: beside, blob: read.certificate} : null;
  };
  return async ({user, identityFiles, certificateFiles, identitiesOnly, agentSocket}) => {
    const identities = await Promise.all(
      identityFiles.map(async ({path, asked}): Promise<Identity> => {
        const file = await fileOf(path);
        return {path, asked, file, certificate: await certificateOf(path, file, certificateFiles.length > 0)};
      }),
    );
    const named = await Promise.all(
      certificateFiles.map(async path => ({path, read: await readCertificateFile(path)})),
    );
    const at = agentSocket === null ? null : {socket: agentSocket, clock, ms: limits.connectMs};
    const answer = at === null ? null : await agentKeys(at);
    const held = answer?.kind === 'keys' ? answer.keys : [];
    const signedFor = (blob: KeyBlob): readonly Candidate[] => {
      const holds = (bytes: Buffer) => held.find(one => one.blob.bytes.equals(bytes));
      const itself = holds(blob.bytes);
      const key = holds(blob.key.bytes);
      const file = identities.flatMap(one => (one.file.kind === 'key' ? [one.file] : []));
      const own = file.find(one => one.publicKey.equals(blob.key.bytes));
      const offer =
        itself ??
        (key !== undefined && at !== null
          ? agentOffer(at, blob, key.blob)
          : own === undefined
            ? null
            : makeOffer(blob, signWith(own.key)));
      return offer === null ? [] : [offered(offer)];
    };
    const ranked = held.map(offer => ({
      offer,
      rank: identities.findIndex(identity => names(identity, offer.blob)),
    }));
    const methods = methodsOf(
      [
        ...named.flatMap(({read}) => ('certificate' in read ? signedFor(read.certificate) : [])),
        ...ranked
          .filter(({rank}) => rank !== -1)
          .sort((a, b) => a.rank - b.rank)
          .map(({offer}) => offered(offer)),
        ...(identitiesOnly ? [] : held.map(offered)),
        ...identities.flatMap(({file, certificate}) => [
          ...(file.kind === 'key' ? [{bytes: file.publicKey, key: file.key}] : []),
          ...(certificate === null ? [] : signedFor(certificate.blob)),
        ]),
      ],
      user,
    );
    if (methods.length > 0) return methods;
    const reasons = [
      ...named.map(({path, read}) =>
        'certificate' in read ? keyless(path) : (read.because ?? notThere(path)),
      ),
      ...identities.flatMap(whyNot),
    ];
    const detail = joinTexts([...reasons, noneOffered(agentSocket, answer, limits.connectMs)], SEMICOLON);
    return refused('no-credentials', detail);
  };
};
