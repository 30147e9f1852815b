#!/bin/bash
# Shaped like docker-entrypoint.sh of the official image, without what it does as root.
set -e

if [ "$#" -eq 0 ] || [ "${1#-}" != "$1" ]; then
  set -- cassandra -f "$@"
fi

own_address() {
  echo 10.244.0.99 # so that a test sees it
}

change() {
  local file="$1" copy
  shift
  copy="$(mktemp)"
  sed "$@" "$file" > "$copy"
  cat "$copy" > "$file"
  rm "$copy"
}

if [ "$1" = 'cassandra' ]; then
  : ${CASSANDRA_RPC_ADDRESS='0.0.0.0'}
  : ${CASSANDRA_LISTEN_ADDRESS='auto'}
  if [ "$CASSANDRA_LISTEN_ADDRESS" = 'auto' ]; then
    CASSANDRA_LISTEN_ADDRESS="$(own_address)"
  fi
  : ${CASSANDRA_BROADCAST_ADDRESS="$CASSANDRA_LISTEN_ADDRESS"}
  : ${CASSANDRA_BROADCAST_RPC_ADDRESS:=$CASSANDRA_BROADCAST_ADDRESS}
  : ${CASSANDRA_SEEDS:="$CASSANDRA_BROADCAST_ADDRESS"}
  change /etc/cassandra/cassandra.yaml -r 's/(- seeds:).*/\1 "'"$CASSANDRA_SEEDS"'"/'
  for key in broadcast_address broadcast_rpc_address cluster_name endpoint_snitch listen_address \
    num_tokens rpc_address; do
    variable="CASSANDRA_${key^^}"
    value="${!variable}"
    if [ "$value" ]; then
      change /etc/cassandra/cassandra.yaml -r 's/^(# )?('"$key"':).*/\2 '"$value"'/'
    fi
  done
  for key in dc rack; do
    variable="CASSANDRA_${key^^}"
    value="${!variable}"
    if [ "$value" ]; then
      change /etc/cassandra/cassandra-rackdc.properties -r 's/^('"$key"'=).*/\1 '"$value"'/'
    fi
  done
fi

exec "$@"
