#!/bin/sh
# Writes the table of tasks as a comment on the pull request: one comment, which each run writes anew.
#
#   AUDITLINT            the program [default: auditlint]
#   AUDITLINT_TASK_ARGS  arguments of `tasks`, parted by blanks: what is in the table
#   PULL_REQUEST         its number; nothing is done without one
#   GITHUB_REPOSITORY    OWNER/NAME
#   GH_TOKEN             for `gh`; it must be allowed to write comments, which that of a fork is not
set -eu
set -f # an argument such as T-* is for auditlint
number=${PULL_REQUEST:-}
[ -n "$number" ] || exit 0
mark='<!-- auditlint: tasks -->'
# GitHub takes no longer comment.
most=60000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The exit code of the job comes from `check`.
# shellcheck disable=SC2086 # several words
"${AUDITLINT:-auditlint}" tasks --format markdown ${AUDITLINT_TASK_ARGS:-} >"$work/table" 2>"$work/problems" || true
if [ "$(wc -l <"$work/table")" -lt 3 ]; then
    echo "auditlint: there is no task to comment on" >&2
    exit 0
fi
{
    printf '%s\n### Tasks of the audit\n\n' "$mark"
    if [ "$(wc -c <"$work/table")" -gt "$most" ]; then
        # The last line may be cut off in the middle.
        head -c "$most" "$work/table" | sed '$d'
        printf '\nMore do not fit into a comment; `auditlint tasks` lists all.\n'
    else
        cat "$work/table"
    fi
} >"$work/body"
comments="repos/$GITHUB_REPOSITORY/issues/$number/comments"
if ! known=$(gh api --paginate "$comments" --jq ".[] | select(.body | startswith(\"$mark\")) | .id"); then
    echo "::warning title=auditlint::the comments of the pull request cannot be read, so none was written" >&2
    exit 0
fi
known=$(printf '%s\n' "$known" | head -n 1)
if [ -n "$known" ]; then
    set -- --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$known"
else
    set -- --method POST "$comments"
fi
gh api "$@" --field "body=@$work/body" --silent ||
    echo "::warning title=auditlint::no comment was written; the job needs the permission pull-requests: write, which a fork does not have" >&2
