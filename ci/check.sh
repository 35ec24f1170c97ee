#!/bin/sh
# Runs `auditlint check` in a job, and lets the steps that publish its results run before the job fails: the exit code is written to
# $GITHUB_OUTPUT, for finish.sh.
#
#   AUDITLINT          the program [default: auditlint]
#   AUDITLINT_ARGS     more arguments of `check`, parted by blanks
#   AUDITLINT_OUTPUTS  how the run is written, parted by blanks [default: github]
#   AUDITLINT_SARIF    a file for the findings as SARIF
set -eu
set -f # an argument such as src/* is for auditlint
outputs=
for output in ${AUDITLINT_OUTPUTS:-github}; do outputs="$outputs --output $output"; done
code=0
if [ -n "${AUDITLINT_SARIF:-}" ]; then
    # shellcheck disable=SC2086 # several words
    "${AUDITLINT:-auditlint}" check $outputs --output "sarif=$AUDITLINT_SARIF" ${AUDITLINT_ARGS:-} || code=$?
else
    # shellcheck disable=SC2086 # several words
    "${AUDITLINT:-auditlint}" check $outputs ${AUDITLINT_ARGS:-} || code=$?
fi
if [ -z "${GITHUB_OUTPUT:-}" ]; then exit "$code"; fi
printf 'exit-code=%s\n' "$code" >>"$GITHUB_OUTPUT"
if [ -n "${AUDITLINT_SARIF:-}" ] && [ -f "$AUDITLINT_SARIF" ]; then
    printf 'sarif=%s\n' "$AUDITLINT_SARIF" >>"$GITHUB_OUTPUT"
fi
