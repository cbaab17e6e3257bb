import type {Refusal} from '../../model/refusal.ts';

/** What the scripts refuse with, where that tells somebody to do something. */
export const REFUSALS: readonly Refusal[] = [
  {
    says: /(?<copy>\S+) is a copy of this run, and holds what the ramdisks do not: move it away by hand/,
    zh: '$<copy> 是本次运行的副本，其中有内存盘没有的内容：请手工将其移走',
  },
  {
    says: /bin\/alluxio-stop\.sh -h tells of no -c; undo this run, write copyBy: lakeup and begin anew/,
    zh: 'bin/alluxio-stop.sh -h 中没有 -c；请撤销本次运行，写上 copyBy: lakeup，然后重新开始',
  },
  {
    says: /bin\/alluxio-stop\.sh would end a worker of another install too \((?<others>[^)]*)\): stop that one first, or undo this run and write copyBy: lakeup/,
    zh: 'bin/alluxio-stop.sh 会同时结束另一套安装的 worker（$<others>）：请先停止那一个，或撤销本次运行并写上 copyBy: lakeup',
  },
  {
    says: /(?<ramdisk>\S+) is not mounted: mount it \(bin\/alluxio-mount\.sh Mount\) and try again/,
    zh: '$<ramdisk> 没有挂载：请挂载它（bin/alluxio-mount.sh Mount），然后重试',
  },
  {
    says: /(?<folder>\S+) was put back before and is not as the copy any more: what a master of the old version wrote to it since is lost if it is put back again\. If a master of the new version wrote it, give (?<written>\S+) another name, and retry/,
    zh: '$<folder> 此前已放回，现在与副本不再一致：若再次放回，旧版本 master 此后写入的内容将丢失。若是新版本的 master 写入的，请给 $<written> 换一个名称，然后重试',
  },
];
