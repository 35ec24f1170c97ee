#!/bin/sh
# Makes the repository of the page "Adopt it on a legacy repository": 100 modules with 30 findings each, and three tasks.
set -eu
mkdir -p src/services tasks
area() {
  case $(($1 % 5)) in
  0) echo billing ;;
  1) echo orders ;;
  2) echo search ;;
  3) echo users ;;
  *) echo mail ;;
  esac
}
number=1
while [ "$number" -le 100 ]; do
  area=$(area "$number")
  {
    printf 'const sessions = new Map<string, string>();\n\n'
    printf 'export const region = process.env.REGION;\n\n'
    printf 'export function remember(id: string, value: string) {\n  sessions.set(id, value);\n}\n\nexport function recall(id: string) {\n  return sessions.get(id);\n}\n'
    call=1
    while [ "$call" -le 14 ]; do
      printf '\nexport function %s%s(id: string) {\n' "$area" "$call"
      printf '  return fetch(process.env.%s_URL + "/%s/" + id);\n}\n' "$(echo "$area" | tr a-z A-Z)" "$call"
      call=$((call + 1))
    done
  } >"src/services/$area$number.ts"
  number=$((number + 1))
done
task() {
  printf 'id: %s\ntitle: %s\nstatus: todo\nacceptance:\n  - %s\nfiles:\n  - %s\n' "$1" "$2" "$3" "$4" >"tasks/$1.yaml"
}
task LEG-1 "Move the in-memory stores to Redis" "two instances see the same entries" "src/services/**"
task LEG-2 "Read configuration variables (process.env) in one module" "a missing variable stops the start" "src/services/**"
task LEG-3 "Call the services with one HTTP client instead of raw fetch" "every call has a timeout" "src/services/**"
rm -- "$0"
git init --quiet --initial-branch=main .
git config user.name "A developer"
git config user.email developer@example.com
git add src tasks
GIT_AUTHOR_DATE=2026-11-02T09:00:00Z GIT_COMMITTER_DATE=2026-11-02T09:00:00Z git commit --quiet --message "The state of the audit"
