# bash complete.bash FILE: what bash completes with it.
# shellcheck shell=bash source=/dev/null disable=SC2317  # what is sourced calls compopt
set -euo pipefail
. "$1"
# Only a completion that readline has asked for may set options: tell which it sets.
compopt() { asked="$*"; }
failed=0

# gives EXPECTED WORD...: the last word is completed.
gives() {
  local expected=$1
  shift
  COMP_WORDS=("$@")
  COMP_CWORD=$(($# - 1))
  COMPREPLY=()
  asked=
  _cassmesh
  local seen="${COMPREPLY[*]}${asked:+ [$asked]}"
  # shellcheck disable=SC2053  # a pattern is meant
  [[ $seen == $expected ]] && return
  printf 'bash: %s\n  expected: %s\n  seen:     %s\n' "$*" "$expected" "$seen"
  failed=1
}

gives 'render stale lint trace * help' cassmesh ''
gives 'trace' cassmesh tr
gives 'lint' cassmesh --color always li
gives 'always' cassmesh --color al
gives '*--version*--color*' cassmesh --
gives '--format' cassmesh lint --fo
gives '*--format*--color*' cassmesh lint -
gives 'text concise json sarif *' cassmesh lint --format ''
gives 'json junit' cassmesh lint --format = j
gives 'text concise json sarif *' cassmesh lint --format =
gives 'text json' cassmesh rules --format ''
gives ' \[-o default\]' cassmesh lint k8
gives ' \[-o default\]' cassmesh lint -o ''
gives ' \[-o default\]' cassmesh render --check ''
gives ' \[-o dirnames\]' cassmesh render --templates ''
gives '' cassmesh render --istio ''
gives '' cassmesh schema ''
gives 'dead-host' cassmesh explain dead-h
gives 'dead-host \[-o nospace\]' cassmesh lint --select dead-h
gives 'duplicate-key,dead-host \[-o nospace\]' cassmesh lint --ignore duplicate-key,dead-h
gives 'bash zsh fish' cassmesh completion ''
[[ $(complete -p cassmesh) == 'complete -F _cassmesh cassmesh' ]] || failed=1
exit "$failed"
