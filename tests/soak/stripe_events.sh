#!/bin/sh
# Ten thousand lives of payments and subscriptions, their events shuffled and repeated, on both engines: SEC-56. Another seed each time; it is printed.
set -eu
seed=${SIMPLIX_SEED:-$(od -An -N6 -tu8 /dev/urandom | tr -d ' ')}
echo "seed $seed"
SIMPLIX_SEED=$seed SIMPLIX_STRIPE_STREAMS=${STREAMS:-10000} exec "${BUILD:-build}/unit" sec56
