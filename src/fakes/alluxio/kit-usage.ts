/** What start says of itself before 2.6.2 (recorded: 2.3.0). */
export const START_OLD = `Usage: alluxio-start.sh [-hNwm] [-i backup] ACTION [MOPT] [-f]
Where ACTION is one of:
  all [MOPT]         	Start all masters, proxies, and workers.
  job_master         	Start the job_master on this node.
  job_masters        	Start job_masters on master nodes.
  job_worker         	Start a job_worker on this node.
  job_workers        	Start job_workers on worker nodes.
  local [MOPT]       	Start all processes locally.
  master             	Start the local master on this node.
  secondary_master   	Start the local secondary master on this node.
  masters            	Start masters on master nodes.
  proxy              	Start the proxy on this node.
  proxies            	Start proxies on master and worker nodes.
  safe               	Script will run continuously and start the master if it's not running.
  worker [MOPT]      	Start a worker on this node.
  workers [MOPT]     	Start workers on worker nodes.
  logserver          	Start the logserver
  restart_worker     	Restart a failed worker on this node.
  restart_workers    	Restart any failed workers on worker nodes.

MOPT (Mount Option) is one of:
  Mount    	Mount the configured RamFS if it is not already mounted.
  SudoMount	Mount the configured RamFS using sudo if it is not already mounted.
  NoMount  	Do not mount the configured RamFS.
           	Notice: to avoid sudo requirement but using tmpFS in Linux,
             set ALLUXIO_RAM_FOLDER=/dev/shm on each worker and use NoMount.
  NoMount is assumed if MOPT is not specified.

-a         asynchronously start all processes. The script may exit before all
           processes have been started.
-f         format Journal, UnderFS Data and Workers Folder on master.
-h         display this help.
-i backup  a journal backup to restore the master from. The backup should be
           a URI path within the root under filesystem, e.g.
           hdfs://mycluster/alluxio_backups/alluxio-journal-YYYY-MM-DD-timestamp.gz.
-N         do not try to kill previous running processes before starting new ones.
-w         wait for processes to end before returning.

Supported environment variables:

ALLUXIO_JOB_WORKER_COUNT - identifies how many job workers to start per node (default = 1)
`;

/** and since then: it can fill ramdisks (recorded: 2.9.4). */
export const START_NEW = `Usage: alluxio-start.sh [-hNwm] [-i backup] ACTION [MOPT] [-f] [-c cache]
Where ACTION is one of:
  all [MOPT] [-c cache]     	Start all masters, proxies, and workers.
  job_master                	Start the job_master on this node.
  job_masters               	Start job_masters on master nodes.
  job_worker                	Start a job_worker on this node.
  job_workers               	Start job_workers on worker nodes.
  local [MOPT] [-c cache]   	Start all processes locally.
  master                    	Start the local master on this node.
  secondary_master          	Start the local secondary master on this node.
  masters                   	Start masters on master nodes.
  proxy                     	Start the proxy on this node.
  proxies                   	Start proxies on master and worker nodes.
  safe                      	Script will run continuously and start the master if it's not running.
  worker  [MOPT] [-c cache] 	Start a worker on this node.
  workers [MOPT] [-c cache] 	Start workers on worker nodes.
  logserver                 	Start the logserver
  restart_worker            	Restart a failed worker on this node.
  restart_workers           	Restart any failed workers on worker nodes.

MOPT (Mount Option) is one of:
  Mount    	Mount the configured RamFS if it is not already mounted.
  SudoMount	Mount the configured RamFS using sudo if it is not already mounted.
  NoMount  	Do not mount the configured RamFS.
           	Notice: to avoid sudo requirement but using tmpFS in Linux,
             set ALLUXIO_RAM_FOLDER=/dev/shm on each worker and use NoMount.
  NoMount is assumed if MOPT is not specified.

-a         asynchronously start all processes. The script may exit before all
           processes have been started.
-c cache   populate the worker ramcache(s) for each worker node from the
           specified directory (relative to each worker node's host filesystem).
-f         format Journal, UnderFS Data and Workers Folder on master.
-h         display this help.
-i backup  a journal backup to restore the master from. The backup should be
           a URI path within the root under filesystem, e.g.
           hdfs://mycluster/alluxio_backups/alluxio-journal-YYYY-MM-DD-timestamp.gz.
-N         do not try to kill previous running processes before starting new ones.
-w         wait for processes to end before returning.

Supported environment variables:

ALLUXIO_JOB_WORKER_COUNT - identifies how many job workers to start per node (default = 1)
`;

/** What stop says of itself before 2.6.2 (recorded: 2.3.0). */
export const STOP_OLD = `Usage: alluxio-stop.sh [-h] [component]
Where component is one of:
  all               	Stop all masters, proxies, and workers.
  job_master        	Stop local job master.
  job_masters       	Stop job masters on master nodes.
  job_worker        	Stop local job worker.
  job_workers       	Stop job workers on worker nodes.
  local             	Stop all processes locally.
  master            	Stop local primary master.
  secondary_master  	Stop local secondary master.
  masters           	Stop masters on master nodes.
  proxy             	Stop local proxy.
  proxies           	Stop proxies on master and worker nodes.
  worker            	Stop local worker.
  workers           	Stop workers on worker nodes.
  logserver         	Stop the logserver

-h  display this help.
`;

/** and since then (recorded: 2.9.4). */
export const STOP_NEW = `Usage: alluxio-stop.sh [-h] [component] [-c cache] [-s]
Where component is one of:
  all [-c cache]      	Stop all masters, proxies, and workers.
  job_master          	Stop local job master.
  job_masters         	Stop job masters on master nodes.
  job_worker          	Stop local job worker.
  job_workers         	Stop job workers on worker nodes.
  local [-c cache]    	Stop all processes locally.
  master              	Stop local primary master.
  secondary_master    	Stop local secondary master.
  masters             	Stop masters on master nodes.
  proxy               	Stop local proxy.
  proxies             	Stop proxies on master and worker nodes.
  worker  [-c cache]  	Stop local worker.
  workers [-c cache]  	Stop workers on worker nodes.
  logserver           	Stop the logserver

-c cache   save the worker ramcache(s) from the worker node(s) to the
           specified directory (relative to each worker node's host filesystem).
-s         processes won't be forcibly killed even if operation is timeout.
-h         display this help.
`;

/** What bin/alluxio says without a command, up to 2.3 (recorded: 2.3.0). */
export const COMMANDS_OLD = `Usage: alluxio COMMAND [GENERIC_COMMAND_OPTIONS] [COMMAND_ARGS]

COMMAND is one of:
  extensions    	 Manage extensions to core Alluxio
  format [-s]   	 Format Alluxio master and all workers (if -s specified, only format if underfs is local and doesn't already exist)
  formatMaster  	 Format Alluxio master
  formatWorker  	 Format Alluxio worker storage
  bootstrapConf 	 Generate a config file if one doesn't exist
  fs            	 Command line tool for interacting with the Alluxio filesystem.
  fsadmin       	 Command line tool for use by Alluxio filesystem admins.
  table         	 Command line tool for interacting with the Alluxio table service.
  getConf [key] 	 Look up a configuration key, or print all configuration.
  job           	 Command line tool for interacting with the job service.
  logLevel      	 Set or get log level of Alluxio servers.
  runClass      	 Run the main method of an Alluxio class.
  runTest       	 Run an end-to-end test on an Alluxio cluster.
  runTests      	 Run all end-to-end tests on an Alluxio cluster.
  runHmsTests   	 Test the integration between Alluxio and the target hive metastore. Try 'alluxio runHmsTests -h' for more help.
                	 NOTE: This command requires valid hive metastore uris to run tests against.
  runHdfsMountTests	 Test the integration between Alluxio and the target HDFS path. 
  runJournalCrashTest	 Test the Master Journal System in a crash scenario. Try 'alluxio runJournalCrashTest -help' for more help.
                	 NOTE: This command will stop the existing server and creates a new one!
  runMesosTest  	 Test the Alluxio integration with Mesos. Try 'alluxio mesosTest -help' for more help.
                	 NOTE: This command requires Mesos to be running and will stop any Alluxio servers that are currently running.
  runUfsIOTest  	 Test the Alluxio throughput to the UFS path. Try 'alluxio runUfsIOTest -help' for more help.
                	 NOTE: This command requires a valid ufs path to write temporary files into.
  runUfsTests   	 Test the integration between Alluxio and the target under filesystem. Try 'alluxio runUfsTests -help' for more help.
                	 NOTE: This command requires a valid ufs path to run tests against.
  readJournal   	 Read an Alluxio journal file from stdin and write a human-readable version of it to stdout.
  upgradeJournal	 Upgrade an Alluxio journal version 0 (Alluxio version < 1.5.0) to an Alluxio journal version 1 (Alluxio version >= 1.5.0).
  killAll <WORD>	 Kill processes containing the WORD.
  copyDir <PATH>	 Copy the PATH to all master/worker nodes.
  clearCache    	 Clear OS buffer cache of the machine.
  docGen        	 Generate docs automatically.
  version       	 Print Alluxio version and exit.
  validateConf  	 Validate Alluxio conf and exit.
  validateEnv   	 Validate Alluxio environment.
  collectInfo   	 Collects information to troubleshoot an Alluxio cluster.

GENERIC_COMMAND_OPTIONS supports:
  -D<property=value>	 Use a value for a given Alluxio property

Commands print help when invoked without parameters.
`;

/** and later (recorded: 2.9.4). */
export const COMMANDS_NEW = `Usage: alluxio COMMAND [GENERIC_COMMAND_OPTIONS] [COMMAND_ARGS]

COMMAND is one of:
  format [-s]   	 Format Alluxio master and all workers (if -s specified, only format if underfs is local and doesn't already exist)
  formatJournal 	 Format Alluxio master journal locally
  formatMasters 	 Format Alluxio master nodes
  formatWorker  	 Format Alluxio worker nodes
  bootstrapConf 	 Generate a config file if one doesn't exist
  fs            	 Command line tool for interacting with the Alluxio filesystem.
  fsadmin       	 Command line tool for use by Alluxio filesystem admins.
  table         	 (deprecated) Command line tool for interacting with the Alluxio table service.
  getConf [key] 	 Look up a configuration key, or print all configuration.
  job           	 Command line tool for interacting with the job service.
  logLevel      	 Set or get log level of Alluxio servers.
  runClass      	 Run the main method of an Alluxio class.
  runTest       	 Run an end-to-end test on an Alluxio cluster.
  runTests      	 Run all end-to-end tests on an Alluxio cluster.
  runHmsTests   	 Test the integration between Alluxio and the target hive metastore. Try 'alluxio runHmsTests -h' for more help.
                	 NOTE: This command requires valid hive metastore uris to run tests against.
  runHdfsMountTests	 Test the integration between Alluxio and the target HDFS path. 
  runJournalCrashTest	 Test the Master Journal System in a crash scenario. Try 'alluxio runJournalCrashTest -help' for more help.
                	 NOTE: This command will stop the existing server and creates a new one!
  runUfsIOTest  	 Test the Alluxio throughput to the UFS path. Try 'alluxio runUfsIOTest -help' for more help.
                	 NOTE: This command requires a valid ufs path to write temporary files into.
  runUfsTests   	 Test the integration between Alluxio and the target under filesystem. Try 'alluxio runUfsTests -help' for more help.
                	 NOTE: This command requires a valid ufs path to run tests against.
  readJournal   	 Read an Alluxio journal file from stdin and write a human-readable version of it to stdout.
  upgradeJournal	 Upgrade an Alluxio journal version 0 (Alluxio version < 1.5.0) to an Alluxio journal version 1 (Alluxio version >= 1.5.0).
  killAll [-s] <WORD>	 Kill processes containing the WORD (if '-s' specified, processes won't be forcibly killed even if the operation exceeds the timeout).
  copyDir <PATH>	 Copy the PATH to all master/worker nodes.
  clearCache    	 Clear OS buffer cache of the machine.
  docGen        	 Generate docs automatically.
  version       	 Print Alluxio version and exit.
  validateConf  	 Validate Alluxio conf and exit.
  validateEnv   	 Validate Alluxio environment.
  collectInfo   	 Collects information to troubleshoot an Alluxio cluster.

GENERIC_COMMAND_OPTIONS supports:
  -D<property=value>	 Use a value for a given Alluxio property

Commands print help when invoked without parameters.
`;
