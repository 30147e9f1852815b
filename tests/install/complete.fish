# fish complete.fish FILE: what fish completes with it.
source $argv[1]
set failed 0

# gives EXPECTED LINE: the words, without what is said about them.
function gives
    set -l seen (complete -C $argv[2] | string split -f 1 \t | string join ' ')
    string match -q -- $argv[1] "$seen"; and return
    printf 'fish: %s\n  expected: %s\n  seen:     %s\n' $argv[2] $argv[1] "$seen"
    set failed 1
end

cd (mktemp -d)
touch ring.yaml
mkdir k8s
gives '*completion*lint*render*trace*' 'cassmesh '
gives 'trace' 'cassmesh tr'
gives 'always' 'cassmesh --color al'
gives '--format' 'cassmesh lint --fo'
gives '--format=json --format=junit' 'cassmesh lint --format=j'
gives 'json junit' 'cassmesh lint --format j'
gives 'json text' 'cassmesh rules --format '
gives 'k8s/ ring.yaml' 'cassmesh lint '
gives 'k8s/ ring.yaml' 'cassmesh lint -o '
gives 'k8s/' 'cassmesh render --templates '
gives '' 'cassmesh render --istio '
gives '' 'cassmesh schema '
gives 'dead-host' 'cassmesh explain dead-h'
gives 'duplicate-key,dead-host' 'cassmesh lint --ignore duplicate-key,dead-h'
gives 'bash fish zsh' 'cassmesh completion '
rm -r (pwd)
exit $failed
