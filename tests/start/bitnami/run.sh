#!/bin/bash
# Shaped like run.sh of Bitnami's image.
set -o errexit
exec cassandra -R -f
