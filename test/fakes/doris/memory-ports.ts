import type {Node} from '../../../src/model/inventory.ts';
import type {Doris} from '../../../src/systems/doris/fields.ts';

/** The ports on which a node listens once it serves. */
export const portsOf = ({fields}: Node<Doris>): readonly number[] => {
  switch (fields.role) {
    case 'ms':
    case 'recycler':
      return [fields.port];
    case 'be':
      return [fields.heartbeatPort, fields.bePort, fields.webPort, fields.brpcPort];
    case 'fe':
      return [fields.httpPort, fields.rpcPort, fields.queryPort, fields.editLogPort];
  }
};
