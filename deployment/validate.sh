#!/bin/sh
# Verifies every byte of the current generation and lets its runtime decide values with every plugin. Changes nothing.
set -eu
program=validate.sh
accepted=''
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

usage() {
  cat <<'TEXT'
validate.sh [--root DIR] [--installer PATH] [--dry-run]

Checks signatures and digests of the installed generation, then starts its runtime's self-test.

  --root DIR        installation root            (default /var/lib/hypersync, or HYPERSYNC_ROOT)
  --installer PATH  bundle folder or program     (default hyper-install, or HYPERSYNC_INSTALLER)
  --dry-run         verify the bytes only; start nothing

Exit codes are those of hyper-install: 0 valid, 78 nothing installed, 80 trust failure, 81 yanked, 83 no quorum in the self-test.
TEXT
}

# shellcheck source=deployment/common.sh
. "$here/common.sh"
parse_options "$@"
check_installer
if [ "$dry_run" = yes ]; then
  hyper_install verify --root "$root"
else
  hyper_install validate --root "$root"
fi
