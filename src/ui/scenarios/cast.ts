import {HostId, NodeId} from '../../model/ids.ts';
import {type Text, text} from '../../model/text.ts';
import type {ScreenNode} from '../../store/state.ts';

/** A role of a made-up cluster: how many nodes, in which groups, with which marks. */
export type Cast = {
  readonly role: string;
  readonly title: Text;
  readonly groups: readonly {readonly name: string | null; readonly count: number}[];
  /** Marks of the nodes in order, such as master and follower; none by default. */
  readonly marks?: readonly string[];
  readonly asked?: readonly string[];
  readonly outages?: readonly Text[];
  readonly destroys?: Text;
  readonly byHand?: Text;
};

/** A cluster with four roles and 14 nodes, two of the roles special: one has groups, one a member that leads. */
export const FOURTEEN: readonly Cast[] = [
  {role: 'ms', title: text('Metadata', '元数据'), groups: [{name: null, count: 3}]},
  {role: 'rc', title: text('Recycler', '回收'), groups: [{name: null, count: 1}]},
  {
    role: 'be',
    title: text('Backend', '后端'),
    groups: [
      {name: 'cg_etl', count: 4},
      {name: 'cg_bi', count: 2},
    ],
  },
  {
    role: 'fe',
    title: text('Frontend', '前端'),
    groups: [{name: null, count: 4}],
    marks: ['master', 'follower', 'follower', 'observer'],
    asked: ['observer', 'follower', 'master'],
  },
];

/** A node of the cast with its place. */
export type Placed = ScreenNode & {readonly cast: Cast; readonly mark: string};

/** Gives every node of a cast a name and a host. */
export const place = (casts: readonly Cast[]): Placed[] => {
  let host = 10;
  return casts.flatMap(cast => {
    let n = 0;
    return cast.groups.flatMap(({name, count}) =>
      Array.from({length: count}, () => {
        n += 1;
        host += 1;
        return {
          id: NodeId.parse(`${cast.role}-${n}`),
          role: cast.role,
          host: HostId.parse(`10.20.${Math.floor(host / 250)}.${(host % 250) + 1}`),
          ...(name === null ? {} : {group: name}),
          cast,
          mark: cast.marks?.[n - 1] ?? '',
        };
      }),
    );
  });
};
