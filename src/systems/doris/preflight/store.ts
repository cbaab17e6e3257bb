import {listOf} from '../../../model/facts.ts';
import type {Preflight} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {block, eachNode, shown, warn} from '../../../recipe/finding.ts';
import type {Doris} from '../fields.ts';

/** One that runs says that it is well without its store, and nobody who is stopped then comes back (domain 1.2). */
export const storeThere: Preflight<Doris> = eachNode<Doris>(
  'store',
  text('FoundationDB can be reached from its host', '从其主机可以连接到 FoundationDB'),
  facts => {
    const [away, of] = [listOf(facts, 'storeAway'), shown(facts, 'coordinators').en];
    if (away.length === 0) return null;
    if (facts.store === 'reached')
      return warn(
        text(
          `${away.length} of ${of} coordinators of its FoundationDB cannot be reached from its host: ${away.join(', ')}`,
          `其 FoundationDB 的 ${of} 个 coordinator 中有 ${away.length} 个无法从其主机连接：${away.join('、')}`,
        ),
        text(
          'A majority is enough. Look at the others before you go on: `fdbcli --exec status` on one of its hosts.',
          '多数可用即可。继续之前请查看其余的：在其主机上执行 `fdbcli --exec status`。',
        ),
      );
    return block(
      text(
        `${away.length} of ${of} coordinators of its FoundationDB cannot be reached from its host: ${away.join(', ')}; without a majority of them it does not come up again`,
        `其 FoundationDB 的 ${of} 个 coordinator 中有 ${away.length} 个无法从其主机连接：${away.join('、')}；没有多数 coordinator，它无法再次启动`,
      ),
      text(
        'Bring FoundationDB back (`fdbcli --exec status` on one of its hosts), or the way to it. If MetaService reaches it by a way that the host itself has not, write `askStore: false` in the settings.',
        '请先恢复 FoundationDB（在其主机上执行 `fdbcli --exec status` 查看）或到它的网络。若 MetaService 经由主机自身没有的途径访问它，请在 settings 中写 `askStore: false`。',
      ),
    );
  },
);
