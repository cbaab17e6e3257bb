/** What start says of itself in 1.8 (its own source): nothing of a job service, and nothing that starts and does not look. */
export const START_FIRST = `Usage: alluxio-start.sh [-hNwm] [-i backup] ACTION [MOPT] [-f]
Where ACTION is one of:
  all [MOPT]         	Start all masters, proxies, and workers.
  local [MOPT]       	Start all processes locally.
  master             	Start the local master on this node.
  secondary_master   	Start the local secondary master on this node.
  masters            	Start masters on master nodes.
  proxy              	Start the proxy on this node.
  proxies            	Start proxies on master and worker nodes.
  safe               	Script will run continuously and start the master if it's not running.
  worker [MOPT]      	Start a worker on this node.
  workers [MOPT]     	Start workers on worker nodes.
  restart_worker     	Restart a failed worker on this node.
  restart_workers    	Restart any failed workers on worker nodes.

MOPT (Mount Option) is one of:
  Mount    	Mount the configured RamFS. Notice: this will format the existing RamFS.
  SudoMount	Mount the configured RamFS using sudo.
           	Notice: this will format the existing RamFS.
  NoMount  	Do not mount the configured RamFS.
           	Notice: to avoid sudo requirement but using tmpFS in Linux,
             set ALLUXIO_RAM_FOLDER=/dev/shm on each worker and use NoMount.
  NoMount is assumed if MOPT is not specified.

-f         format Journal, UnderFS Data and Workers Folder on master.
-h         display this help.
-i backup  a journal backup to restore the master from. The backup should be
           a URI path within the root under filesystem, e.g.
           hdfs://mycluster/alluxio_backups/alluxio-journal-YYYY-MM-DD-timestamp.gz.
-m         launch monitor process to ensure the target processes come up.
-N         do not try to kill previous running processes before starting new ones.
-w         wait for processes to end before returning.
`;

/** What stop says of itself there (its own source). */
export const STOP_FIRST = `Usage: alluxio-stop.sh [-h] [component]
Where component is one of:
  all               	Stop all masters, proxies, and workers.
  local             	Stop all processes locally.
  master            	Stop local primary master.
  secondary_master  	Stop local secondary master.
  masters           	Stop masters on master nodes.
  proxy             	Stop local proxy.
  proxies           	Stop proxies on master and worker nodes.
  worker            	Stop local worker.
  workers           	Stop workers on worker nodes.

-h  display this help.
`;

/** What bin/alluxio says without a command there (its own source). */
export const COMMANDS_FIRST = `Usage: alluxio COMMAND [GENERIC_COMMAND_OPTIONS] [COMMAND_ARGS]

COMMAND is one of:
  extensions    	 Manage extensions to core Alluxio
  format [-s]   	 Format Alluxio master and all workers (if -s specified, only format if underfs is local and doesn't already exist)
  formatMaster  	 Format Alluxio master
  formatWorker  	 Format Alluxio worker storage
  bootstrapConf 	 Generate a config file if one doesn't exist
  fs            	 Command line tool for interacting with the Alluxio filesystem.
  fsadmin       	 Command line tool for use by Alluxio filesystem admins.
  getConf [key] 	 Look up a configuration key, or print all configuration.
  loadufs       	 Load existing files in underlayer filesystem into Alluxio.
  logLevel      	 Set or get log level of Alluxio servers.
  runClass      	 Run the main method of an Alluxio class.
  version       	 Print Alluxio version and exit.
  validateConf  	 Validate Alluxio conf and exit.
  validateEnv   	 Validate Alluxio environment.

GENERIC_COMMAND_OPTIONS supports:
  -D<property=value>	 Use a value for a given Alluxio property

Commands print help when invoked without parameters.
`;
