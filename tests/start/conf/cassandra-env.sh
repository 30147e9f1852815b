# Shaped like cassandra-env.sh, which Cassandra's own scripts read.

if [ "x$MALLOC_ARENA_MAX" = "x" ]
then
    export MALLOC_ARENA_MAX=4
fi

# The default port of JMX, as in JMX_PORT=7199.
JMX_PORT="7199"

JVM_OPTS="$JVM_OPTS -ea"
if [ "x$LOCAL_JMX" = "x" ]; then
    LOCAL_JMX=yes
fi
if [ "$LOCAL_JMX" = "yes" ]; then
  JVM_OPTS="$JVM_OPTS -Dcassandra.jmx.local.port=$JMX_PORT"
else
  JVM_OPTS="$JVM_OPTS -Dcassandra.jmx.remote.port=$JMX_PORT"
fi
