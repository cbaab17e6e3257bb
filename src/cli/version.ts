import type {Event} from '../model/event.ts';
import {type Text, text} from '../model/text.ts';

declare const LAKEUP_VERSION: string | undefined;

/** The version this was built from; "dev" when it runs unbuilt. */
export const VERSION = typeof LAKEUP_VERSION === 'string' ? LAKEUP_VERSION : 'dev';

/** What leads on with a run whose plan the rules of this lakeup refuse: the version that began it, which another build may share. */
export const withItsOwn = (command: 'resume' | 'undo', [planned]: readonly Event[]): Text => {
  const begun = planned?.type === 'run.planned' ? planned.lakeup : VERSION;
  const who =
    begun === VERSION
      ? text(`the build of lakeup ${begun} that began it`, `开始该运行的那个 lakeup ${begun} 构建`)
      : text(`lakeup ${begun}, which began it`, `开始该运行的 lakeup ${begun}`);
  const run = planned?.type === 'run.planned' ? ` ${planned.run}` : '';
  const own = text(
    `type \`lakeup ${command}${run}\` with ${who.en}`,
    `请用${who.zh}执行 \`lakeup ${command}${run}\``,
  );
  const leadsOn = planned?.type === 'run.planned' && planned.plan.direction === 'forward';
  // What takes it back is planned anew, by the rules of today; what takes back or prunes is not taken back itself.
  return command === 'undo' || !leadsOn || planned.plan.prunes !== undefined
    ? own
    : text(
        `${own.en}; or take it back with this one: \`lakeup undo${run}\``,
        `${own.zh}；或用此版本撤销它：\`lakeup undo${run}\``,
      );
};
