#!/bin/bash
# Shaped like what Bitnami's image does at each start: the configuration is made anew from the environment.
set -o errexit
set -o nounset
set -o pipefail

conf=/opt/bitnami/cassandra/conf

replace() { # FILE REGEX TEXT
  local result
  result="$(sed -E "s"$'\001'"$2"$'\001'"$3"$'\001'"g" "$1")"
  echo "$result" > "$1"
}

yaml_set() { # KEY VALUE [QUOTES]
  local quotes="${3-\'}"
  replace "$conf/cassandra.yaml" "^(\s*)(#\s*)?(\s*)(\-\s*)?${1}:.*" "\1\3\4${1}: ${quotes}${2:?missing value}${quotes}"
}

rm -rf "${conf:?}"/*
cp /opt/bitnami/cassandra/conf.default/* "$conf"

yaml_set native_transport_port "${CASSANDRA_CQL_PORT_NUMBER:-9042}" ""
yaml_set storage_port "${CASSANDRA_TRANSPORT_PORT_NUMBER:-7000}" ""
replace "$conf/cassandra-env.sh" "^JMX_PORT=.*" "JMX_PORT=${CASSANDRA_JMX_PORT_NUMBER:-7199}"
replace "$conf/cassandra-rackdc.properties" "^[#\s]*dc=.*" "dc=${CASSANDRA_DATACENTER:-dc1}"
replace "$conf/cassandra-rackdc.properties" "^[#\s]*rack=.*" "rack=${CASSANDRA_RACK:-rack1}"
host="${CASSANDRA_HOST:-10.244.0.99}" # so that a test sees it
yaml_set num_tokens "${CASSANDRA_NUM_TOKENS:-256}" ""
yaml_set cluster_name "${CASSANDRA_CLUSTER_NAME:-My Cluster}"
yaml_set endpoint_snitch "${CASSANDRA_ENDPOINT_SNITCH:-SimpleSnitch}"
yaml_set listen_address "$host"
yaml_set seeds "${CASSANDRA_SEEDS:-$host}"
yaml_set rpc_address 0.0.0.0
yaml_set broadcast_rpc_address "$host"
if [[ -n "${CASSANDRA_BROADCAST_ADDRESS:-}" ]]; then
  yaml_set broadcast_address "$CASSANDRA_BROADCAST_ADDRESS"
fi
for variable in "${!CASSANDRA_CFG_YAML_@}"; do
  key="$(echo "$variable" | sed -e 's/^CASSANDRA_CFG_YAML_//g' | tr '[:upper:]' '[:lower:]')"
  yaml_set "$key" "${!variable}"
done
