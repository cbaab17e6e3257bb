import {isList, listOf} from '../../model/facts.ts';
import {gateChecks, type PlannedExpect, type Step} from '../../model/plan.ts';
import type {StandIns} from '../../model/system.ts';

const asks = ({gates}: Step, isSo: (expect: PlannedExpect) => boolean): boolean =>
  gateChecks(gates).some(({expect}) => isSo(expect));

/** As the plan's own gates ask: nobody of the role down, and of backends one that is given work. */
export const standIns: StandIns = {
  takesOver: facts => listOf(facts, 'unfit').length === 0,
  waitsForAll: step => asks(step, ({othersDown}) => isList(othersDown) && othersDown.length === 0),
  waitsForOne: step => asks(step, ({standIns: wanted}) => wanted !== undefined),
};
