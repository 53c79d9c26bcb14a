#!/bin/sh
# Makes what dynapolis needs, without a question; whatever it does outside this folder, it says first.
#
#   tools/environment.sh base      .venv with all that dynapolis needs to run
#   tools/environment.sh test      the same .venv with what its tests need as well
#   tools/environment.sh browser   a Chromium for the tests of the pages, where one can be had
#   tools/environment.sh peers     .venv-peers with the programs that benchmarks compare with; dynapolis never uses them
#   tools/environment.sh lock      new requirements/*.lock from pyproject.toml (UPGRADE=1 takes the newest versions)
#
# PYTHON=/path/to/python chooses the interpreter; without it the first of python3.11, python3.12, python3.13 and
# python3 that is 3.11 or newer is taken. A second call does nothing while the lock and pyproject.toml are unchanged.
set -eu

# Compiled files make every later start two to three times faster.
unset PYTHONDONTWRITEBYTECODE
CDPATH='' cd -- "$(dirname -- "$0")/.."

VENV=.venv
IN_VENV=$VENV/bin/python
INSTALLED_LOCK=$VENV/installed.lock       # the lock that was installed in full
INSTALLED_PROJECT=$VENV/installed.project # the project's own description when it was installed
MADE_IN=$VENV/made-in                     # the folder it was made in: its scripts only work there

say() { printf 'environment: %s\n' "$*"; }
stop() {
    printf 'environment: %s\n' "$*" >&2
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# --- the system's packages -------------------------------------------------------------------------------------------

may_install() {
    have apt-get || return 1
    [ "$(id -u)" -eq 0 ] || { have sudo && sudo -n true 2>/dev/null; }
}

apt_get() {
    if [ "$(id -u)" -eq 0 ]; then
        DEBIAN_FRONTEND=noninteractive apt-get -y -q "$@"
    else
        sudo -n DEBIAN_FRONTEND=noninteractive apt-get -y -q "$@"
    fi </dev/null
}

# Quiet when it works; all that was printed when it does not.
install_system_package() {
    log=$(mktemp)
    if apt_get install --no-install-recommends "$1" >"$log" 2>&1 ||
        { apt_get update && apt_get install --no-install-recommends "$1"; } >"$log" 2>&1; then
        rm -f "$log"
    else
        cat "$log" >&2
        rm -f "$log"
        return 1
    fi
}

# --- the interpreter -------------------------------------------------------------------------------------------------

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
version_of() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])'; }
can_make_environments() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

choose_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_new_enough "$PYTHON" || stop "PYTHON=$PYTHON is not a working Python 3.11 or newer; name another one or leave PYTHON out"
        return
    fi
    for PYTHON in python3.11 python3.12 python3.13 python3; do
        if is_new_enough "$PYTHON"; then return; fi
    done
    stop "no Python 3.11 or newer found. Install one (Debian, Ubuntu: sudo apt-get install python3 python3-venv)" \
        "or name one: PYTHON=/path/to/python3.11"
}

require_venv_module() {
    if can_make_environments "$PYTHON"; then return; fi
    package="python$(version_of "$PYTHON")-venv"
    have apt-get || stop "$PYTHON cannot make an environment: its modules venv and ensurepip are missing;" \
        "install your system's package that holds them, or name another Python: PYTHON=/path/to/python3.11"
    may_install || stop "$PYTHON cannot make an environment yet. Run this one command, then the same make again:" \
        "sudo apt-get install $package"
    say "installing the system package $package, without which $PYTHON cannot make an environment"
    install_system_package "$package" || stop "$package could not be installed; the reason stands above"
    can_make_environments "$PYTHON" || stop "$PYTHON still cannot make an environment;" \
        "name another Python: PYTHON=/path/to/python3.11"
}

# --- .venv -----------------------------------------------------------------------------------------------------------

venv_fits() {
    "$IN_VENV" -m pip --version >/dev/null 2>&1 && is_new_enough "$IN_VENV" || return 1
    [ ! -f "$MADE_IN" ] || [ "$(cat "$MADE_IN")" = "$(pwd -P)" ] || return 1
    [ -z "${PYTHON:-}" ] || [ "$(version_of "$IN_VENV")" = "$(version_of "$PYTHON")" ]
}

make_venv() {
    choose_python
    require_venv_module
    say "making $VENV with Python $(version_of "$PYTHON") ($(command -v "$PYTHON"))"
    "$PYTHON" -m venv --clear --prompt dynapolis "$VENV"
    pwd -P >"$MADE_IN"
}

pip_install() { "$IN_VENV" -m pip install -q --disable-pip-version-check --no-input "$@"; }
is_installed() { cmp -s "requirements/$1.lock" "$INSTALLED_LOCK"; }

# The test lock holds the base lock, so an environment for tests can run everything.
install_lock() {
    if is_installed "$1" || { [ "$1" = base ] && is_installed test; }; then return; fi
    rm -f "$INSTALLED_LOCK"
    say "installing $(grep -c == "requirements/$1.lock") packages from requirements/$1.lock, each checked against its hash (a minute or so)"
    pip_install --require-hashes --only-binary :all: -r "requirements/$1.lock" ||
        stop "the packages could not be installed; the reason stands above (no network, or no build for this system?)"
    cp "requirements/$1.lock" "$INSTALLED_LOCK"
}

install_project() {
    if cat pyproject.toml src/dynapolis/__init__.py | cmp -s - "$INSTALLED_PROJECT"; then return; fi
    say "installing dynapolis itself, so that changes under src/ count at once"
    pip_install --no-build-isolation --no-deps -e .
    cat pyproject.toml src/dynapolis/__init__.py >"$INSTALLED_PROJECT"
}

make_environment() {
    [ -z "${PYTHON:-}" ] || choose_python
    venv_fits || make_venv
    install_lock "$1"
    install_project
}

# --- the peers of the benchmarks --------------------------------------------------------------------------------------

PEERS_VENV=.venv-peers
PEERS='asreview==3.0.8 datasette==0.65.5 ppi-python>=0.2,<1'

# Their packages never meet ours: another environment, called as other processes.
make_peers() {
    if [ "$(cat "$PEERS_VENV/installed.peers" 2>/dev/null)" = "$PEERS" ]; then return; fi
    choose_python
    require_venv_module
    say "making $PEERS_VENV with $PEERS, which only benchmarks call (a minute or so)"
    "$PYTHON" -m venv --clear --prompt peers "$PEERS_VENV"
    # shellcheck disable=SC2086 # one word a package
    "$PEERS_VENV/bin/python" -m pip install -q --disable-pip-version-check --no-input $PEERS ||
        stop "the peers could not be installed; the reason stands above. Benchmarks skip what needs them"
    printf '%s\n' "$PEERS" >"$PEERS_VENV/installed.peers"
}

# --- the browser -----------------------------------------------------------------------------------------------------

find_browser() {
    for browser in chromium chromium-browser google-chrome; do
        if have "$browser" && "$browser" --version >/dev/null 2>&1; then return; fi
    done
    return 1
}

# What drives the browser comes with Playwright and needs one library that a small Debian lacks.
driver_runs() {
    "$IN_VENV" -c 'import subprocess, sys
from playwright._impl._driver import compute_driver_executable
sys.exit(subprocess.run([compute_driver_executable()[0], "--version"], capture_output=True).returncode)'
}

offer_browser() {
    offer_package chromium find_browser
    offer_package libatomic1 driver_runs
}

# offer_package PACKAGE CHECK: installs the package where CHECK fails and the right to do so is there.
offer_package() {
    if "$2"; then return; fi
    if ! may_install; then
        say "$1 is missing, and there is no right to install it: the browser tests will be skipped" \
            "(they run after: sudo apt-get install $1)"
        return
    fi
    say "installing the system package $1 for the tests of the pages"
    if ! install_system_package "$1" || ! "$2"; then
        say "$1 could not be installed (the reason stands above): the browser tests will be skipped"
    fi
}

# --- the locks -------------------------------------------------------------------------------------------------------

# One lock for all systems and all Python versions from 3.11 on; no address of any package index goes into it.
compile_lock() {
    name=$1
    shift
    "$IN_VENV" -c 'import tomllib
print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' |
        "$VENV/bin/uv" pip compile -q --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
            --no-annotate --no-header --no-emit-index-url --no-emit-find-links ${UPGRADE:+--upgrade} "$@" \
            pyproject.toml - -o "requirements/$name.lock" >/dev/null
}

make_locks() {
    make_environment base
    pip_install 'uv>=0.13,<0.14'
    say "writing requirements/base.lock and requirements/test.lock"
    compile_lock base
    compile_lock test --extra test -c requirements/base.lock
}

case "${1:-}" in
base | test) make_environment "$1" ;;
browser) offer_browser ;;
peers) make_peers ;;
lock) make_locks ;;
*) stop "say what to make: base, test, browser, peers or lock" ;;
esac
