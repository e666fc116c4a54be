#!/bin/sh
# Installs or upgrades a host to a tier, then validates it. Safe to run again: nothing to do is success.
set -eu
program=deploy.sh
accepted='--tier --license --registry --offline'
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

usage() {
  cat <<'TEXT'
deploy.sh --tier T [--license FILE] [--registry URL | --offline BUNDLE] [--root DIR] [--installer PATH] [--config-dir DIR]
          [--dry-run]

Installs the tier, or upgrades to its newest release, in one atomic step, and validates the result. If the new
generation fails its self-test, hyper-install has already gone back to the old one when this script ends.

  --tier T          CORE, Basic, PRO, Advanced, "QM Venture", "QM Campaign", "QM Imperium"
  --license FILE    license of that tier (CORE needs none)
  --offline BUNDLE  a file made by "hyper-install bundle", in place of the registry: no connection is made
  --root DIR        installation root            (default /var/lib/hypersync, or HYPERSYNC_ROOT)
  --installer PATH  bundle folder or program     (default hyper-install, or HYPERSYNC_INSTALLER)
  --config-dir DIR  configuration to back up     (default /etc/hypersync, or HYPERSYNC_CONFIG_DIR)
  --dry-run         show the plan and stop

Exit codes are those of hyper-install: 0 done or nothing to do, 64 usage, 69 registry unavailable, 73 no space, 75 locked,
77 not entitled, 78 configuration, 80 trust failure, 81 yanked.

  deploy.sh --tier PRO --license /etc/hypersync/license.jwt --dry-run
TEXT
}

# shellcheck source=deployment/common.sh
. "$here/common.sh"
parse_options "$@"
[ -n "$tier" ] || die 64 "which tier?" "$program --tier PRO ..."
if [ -n "$license" ] && [ ! -r "$license" ]; then die 78 "cannot read the license $license." "check the path and its permissions"; fi
if [ -n "$offline" ] && [ ! -r "$offline" ]; then die 78 "cannot read the bundle $offline." "check the path and its permissions"; fi
check_installer

set -- --tier "$tier" --root "$root"
[ -z "$license" ] || set -- "$@" --license "$license"
[ -z "$registry" ] || set -- "$@" --registry "$registry"
[ -z "$offline" ] || set -- "$@" --offline "$offline"

if [ "$dry_run" = yes ]; then
  backup_config
  hyper_install plan "$@"
  exit 0
fi
backup_config
hyper_install "$@"
hyper_install validate --root "$root"
say "tier $tier is installed in $root and valid"
say "next: $here/validate.sh --root $root checks it at any time; $here/rollback.sh goes back"
