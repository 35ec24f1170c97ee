#!/bin/sh
# Ends the job as `check` ended.
#
#   AUDITLINT_EXIT_CODE   what check.sh wrote
set -eu
case ${AUDITLINT_EXIT_CODE:-} in
'' | *[!0-9]*)
    echo "auditlint: check did not say how it ended" >&2
    exit 2
    ;;
esac
exit "$AUDITLINT_EXIT_CODE"
