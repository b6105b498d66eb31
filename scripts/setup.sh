#!/bin/sh
# Finds what this machine lacks to build and run Farshore (a linker, Python's venv, a Vulkan driver) and has it
# installed. What is there is left alone, so this takes a moment when nothing is missing.
set -eu
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

can_link() { printf 'int main(void) { return 0; }\n' | cc -x c -o /dev/null - 2>/dev/null; }
can_make_venv() { [ -e .venv/bin/pip ] || "$python" -c 'import ensurepip, venv' 2>/dev/null; }
can_verify_servers() { [ -n "${SSL_CERT_FILE:-}" ] || [ -e /etc/ssl/certs/ca-certificates.crt ]; }

# Prints hardware, software or none. A driver that crashes or hangs counts as none.
vulkan_driver() {
    case $(timeout 60 "$python" scripts/vulkan_devices.py 2>/dev/null | cut -f 1) in
        '') echo none ;;
        *integrated* | *discrete* | *virtual* | *other*) echo hardware ;;
        *) echo software ;;
    esac
}

# Debian 12's own Mesa; the Mesa 25 of its backports runs fused kernels 2-4 times faster.
has_old_mesa() { dpkg-query -W -f '${Version}' mesa-vulkan-drivers 2>/dev/null | grep -q '^22\..*deb12'; }

command -v cargo >/dev/null ||
    fail "Farshore is built with Rust, and there is no cargo here: install it from https://rustup.rs"
command -v "$python" >/dev/null ||
    fail "Farshore needs Python 3.11 or newer, and there is no $python here."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "Farshore needs Python 3.11 or newer, and $python is older. To use another: make PYTHON=python3.13"

missing=
can_link || missing='gcc libc6-dev'
can_make_venv || missing="$missing python3-venv"

driver=hardware
if [ "$(uname -s)" = Linux ]; then # elsewhere the system brings its own: Metal, Direct3D
    driver=$(vulkan_driver)
fi

if command -v apt-get >/dev/null; then
    can_verify_servers || missing="$missing ca-certificates"
    lavapipe=
    if [ "$driver" = none ]; then
        lavapipe=--lavapipe
    elif [ "$driver" = software ] && has_old_mesa && [ "$(id -u)" = 0 ]; then
        lavapipe=--lavapipe
    fi
    if [ -n "$missing$lavapipe" ]; then
        # shellcheck disable=SC2086 # a list of words
        sh scripts/install.sh $lavapipe $missing
        [ "$driver" != none ] || driver=$(vulkan_driver)
    fi
else
    case $missing in
        *gcc*) fail "No C linker answers to cc: install one (on macOS: xcode-select --install)." ;;
        *venv*) fail "$python comes without venv and ensurepip: install them." ;;
    esac
fi

if [ "$driver" = none ]; then
    echo "No Vulkan driver answers here: install your GPU's, or Mesa's lavapipe, which runs on the CPU." >&2
fi
