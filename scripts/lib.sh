# Sourced by the other scripts, by sh and bash alike: which packages are needed, how to get them.
# All talk goes to standard error.
# shellcheck shell=sh disable=SC2034

# Debian's names, which are Ubuntu's too.
runtime_packages='libfmt-dev libyaml-cpp-dev' # for the libraries in them, whatever their version
program_packages="g++ cmake ninja-build
  libcli11-dev libdtl-dev nlohmann-json3-dev $runtime_packages"
test_packages='catch2 git'
check_packages='ca-certificates ccache clang-14 clang-format-14 clang-tidy-14
  locales python3-venv shellcheck'
install_check_packages='buildah debootstrap dpkg-dev fish groff-base
  lintian mandoc zsh'

say() { printf '%s: %s\n' "${me:-cassmesh}" "$*" >&2; }

fail() {
  say "$@"
  exit 2
}

# Prints, in one line, how to get what the build needs on this machine. Distributions rename their
# packages now and then.
packages_here() {
  if command -v apt-get; then
    # shellcheck disable=SC2086  # words are meant
    set -- apt-get install --no-install-recommends $program_packages
  elif command -v dnf; then
    set -- dnf install gcc-c++ cmake ninja-build yaml-cpp-devel cli11-devel fmt-devel json-devel
  elif command -v pacman; then
    set -- pacman -S gcc cmake ninja yaml-cpp cli11 fmt nlohmann-json
  elif command -v zypper; then
    set -- zypper install gcc-c++ cmake ninja yaml-cpp-devel cli11-devel fmt-devel nlohmann_json-devel
  elif command -v apk; then
    set -- apk add g++ cmake samurai yaml-cpp-dev cli11-dev fmt-dev nlohmann-json
  elif command -v brew; then
    set -- brew install cmake ninja yaml-cpp cli11 fmt nlohmann-json
  else
    set -- install a C++20 compiler, CMake 3.25, Ninja, yaml-cpp, CLI11, fmt, nlohmann-json
  fi >/dev/null
  [ "$1" = apt-get ] || # the only one with a package of it
    set -- "$@" 'and dtl (header-only: the folder dtl/ of github.com/cubicdaiya/dtl, in /usr/local/include)'
  printf 'what the build needs, here: %s\n' "$*"
}

# Installs those of the named Debian packages that are missing; does nothing if none is.
install_missing() {
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    for tool in cmake ninja c++; do
      command -v $tool >/dev/null && continue
      say "$tool is not installed"
      say "$(packages_here)"
      exit 2
    done
    return 0
  fi
  missing=
  for package; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || status=
    case $status in
      installed*) ;; # once for each architecture
      *) missing="$missing $package" ;;
    esac
  done
  [ -n "$missing" ] || return 0

  as_root=
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null ||
      fail "packages are missing; as root, run: apt-get install --no-install-recommends$missing"
    as_root=sudo
  fi
  say "installing$missing; this takes a minute or two"
  # shellcheck disable=SC2086  # words are meant
  {
    $as_root apt-get update -q || say 'apt-get update failed; trying with the lists that are there'
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
      -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 $missing
  } </dev/null >/dev/null ||
    fail "cannot install; as root, run: apt-get install --no-install-recommends$missing"
}
