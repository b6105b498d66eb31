#!/bin/sh
# Usage: install.sh [--lavapipe] [package ...]
# Installs Debian or Ubuntu packages, as root or through sudo; with neither, prints the command for someone who is.
# --lavapipe is Mesa's Vulkan driver for the CPU: the distribution's own, but on Debian 12 that of its backports.
set -eu
cd "$(dirname "$0")/.."

log=.cache/setup.log
install='apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300'
driver_packages='libvulkan1 mesa-vulkan-drivers'
backports=bookworm-backports
backports_list=/etc/apt/sources.list.d/$backports.list

lavapipe=no
if [ "${1:-}" = --lavapipe ]; then
    lavapipe=yes
    shift
fi
packages=$*

is_bookworm() { grep -qs '^VERSION_CODENAME=bookworm$' /etc/os-release && grep -qs '^ID=debian$' /etc/os-release; }
apt_sources() { grep -rhs --include='*.list' --include='*.sources' "$@" /etc/apt/sources.list /etc/apt/sources.list.d; }
# The mirror that this machine uses already.
mirror() {
    known=$(apt_sources -E '^(deb |URIs:)' | grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n 1 | tr -d ' ')
    echo "${known:-http://deb.debian.org/debian}"
}

# The commands as root's shell reads them. A failed update need not matter: it may be about some other repository.
own_driver="apt-get update -q; ${packages:+$install $packages && }$install $driver_packages"
added_backports=no
if [ $lavapipe = no ]; then
    commands="apt-get update -q; $install $packages"
elif is_bookworm; then
    commands="apt-get update -q; ${packages:+$install $packages && }$install -t $backports $driver_packages"
    if ! apt_sources -q "^[^#]*$backports"; then
        commands="echo 'deb $(mirror) $backports main' > $backports_list; $commands"
        added_backports=yes
    fi
else
    commands=$own_driver
fi

if [ "$(id -u)" = 0 ]; then
    as_root=
elif sudo -n true 2>/dev/null; then
    as_root='sudo -n'
elif command -v sudo >/dev/null && [ -t 0 ] && [ -t 2 ]; then
    as_root=sudo # it asks for the password
else
    cat >&2 <<END
Some system packages are missing, and installing them needs root. Run this as root, then make again:

    $commands

END
    exit 1
fi

summary=$packages
if [ $lavapipe = yes ]; then
    summary="${packages:+$packages and }lavapipe (a Vulkan driver for the CPU)"
fi
echo "Installing $summary ..."
mkdir -p .cache
: >"$log"
run() { $as_root env DEBIAN_FRONTEND=noninteractive sh -c "$1" >>"$log" 2>&1 </dev/null; }

if run "$commands"; then exit 0; fi
if [ $added_backports = yes ]; then
    # A mirror may lack the backports, and an entry for what isn't there would break every later update.
    echo "The backports cannot be had here; taking Debian's own driver."
    if run "rm -f $backports_list; $own_driver"; then exit 0; fi
fi
cat "$log" >&2
echo "The installation failed. Its commands were: $commands" >&2
exit 1
