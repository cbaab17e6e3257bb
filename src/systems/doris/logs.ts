import type {DorisNode, RoleName} from './fields.ts';

/** What the log files of a role are called below `log` (domain: 2.1, 2.2, 2.3); who dies at its start says why in `.out`. */
const FILES: Readonly<Record<RoleName, readonly string[]>> = {
  ms: ['doris_cloud.out', 'meta_service.INFO', 'meta_service.WARNING'],
  recycler: ['doris_cloud.out', 'recycler.INFO', 'recycler.WARNING'],
  be: ['be.out', 'be.INFO', 'be.WARNING'],
  fe: ['fe.out', 'fe.log', 'fe.warn.log'],
};

/** The names of a role's log files below `log`: first what it prints, then its log. */
export const logNames = (role: RoleName): readonly string[] => FILES[role];

export const logsOf = ({home, fields}: Pick<DorisNode, 'home' | 'fields'>): readonly string[] =>
  logNames(fields.role).map(file => `${home}/log/${file}`);
