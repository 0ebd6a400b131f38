#!/usr/bin/env bash
# Starts jobs at a cloud, hands them in as one run, and waits for all of them. Whoever subscribes hears of the run once.
# Needs JOBCHIME_URL and JOBCHIME_TOKEN (jobchime token create ci --scope track --scope read), or a jobchime.yaml here.
#   shell.sh RUN ORIGIN COMMAND...   the command prints answers of the cloud, as they come
set -euo pipefail
run=$1 origin=$2
shift 2
# Each answer is handed in as it is printed: should the command fail, what it has started is watched all the same.
failed=0
"$@" | jobchime track "$origin" - --group "$run" || failed=$?
jobchime group close "$run"
# 0: all succeeded. 1: one failed. 2: one is lost. 3: it took too long.
jobchime wait --group "$run" --timeout 30m || failed=$?
[ "$failed" = 0 ] || jobchime group show "$run"
exit "$failed"
