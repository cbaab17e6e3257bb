#!/usr/bin/env bash
# Runs a command on every host of conf/workers.
BIN=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
. "${BIN}/../libexec/alluxio-config.sh"
. "${BIN}/../libexec/on-hosts.sh"
on_hosts worker "$@"
