#!/bin/bash
# Shaped like entrypoint.sh of Bitnami's image.
set -o errexit
set -o nounset
set -o pipefail

if [[ "$*" = *"/opt/bitnami/scripts/cassandra/run.sh"* || "$*" = *"/run.sh"* ]]; then
  echo "** Starting Cassandra setup **"
  /opt/bitnami/scripts/cassandra/setup.sh
  echo "** Cassandra setup finished! **"
fi

exec "$@"
