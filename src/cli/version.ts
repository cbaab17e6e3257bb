import type {Event} from '../model/event.ts';
import {type Text, text} from '../model/text.ts';

declare const LAKEUP_VERSION: string | undefined;

/** The version this was built from; "dev" when it runs unbuilt. */
export const VERSION = typeof LAKEUP_VERSION === 'string' ? LAKEUP_VERSION : 'dev';

/** Who can go on with a run whose plan this lakeup's rules refuse: the version that began it, which another build may share. */
export const withItsOwn = ([planned]: readonly Event[]): Text => {
  const begun = planned?.type === 'run.planned' ? planned.lakeup : VERSION;
  const who =
    begun === VERSION
      ? text(`the build of lakeup ${begun} that began it`, `开始该运行的那个 lakeup ${begun} 构建`)
      : text(`lakeup ${begun}, which began it`, `开始该运行的 lakeup ${begun}`);
  return text(
    `finish it with ${who.en}; or look at the nodes with \`lakeup status\`, and begin a new run when they are well`,
    `请用${who.zh}完成它；或用 \`lakeup status\` 查看节点，确认正常后再开始新的运行`,
  );
};
