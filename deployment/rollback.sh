#!/bin/sh
# Goes back to the previous generation, or to any other, keeping a backup of the configuration, and validates the result.
set -eu
program=rollback.sh
accepted='--to'
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

usage() {
  cat <<'TEXT'
rollback.sh [--to N] [--root DIR] [--installer PATH] [--config-dir DIR] [--dry-run]

Switches to the previous generation (or to N) by one rename, after verifying it, and validates it. The configuration is
kept in DIR/config-backups first; this script never changes it: compare, then restore with
tar -xzf BACKUP -C CONFIG-DIR if the older plugins need the older configuration.

  --to N            a generation of "hyper-install generations"
  --root DIR        installation root            (default /var/lib/hypersync, or HYPERSYNC_ROOT)
  --installer PATH  bundle folder or program     (default hyper-install, or HYPERSYNC_INSTALLER)
  --config-dir DIR  configuration to back up     (default /etc/hypersync, or HYPERSYNC_CONFIG_DIR)
  --dry-run         show the generations and stop

Exit codes are those of hyper-install: 0 done, 64 usage, 75 locked, 78 no such generation, 80 trust failure, 81 yanked.
TEXT
}

# shellcheck source=deployment/common.sh
. "$here/common.sh"
parse_options "$@"
case $to in *[!0-9]*) die 64 "--to needs a generation number, not '$to'." "hyper-install generations --root $root" ;; esac
check_installer

if [ "$dry_run" = yes ]; then
  backup_config
  hyper_install generations --root "$root"
  say "would go back to generation ${to:-before the current one}"
  exit 0
fi
backup_config
if [ -n "$to" ]; then
  hyper_install rollback --to "$to" --root "$root"
else
  hyper_install rollback --root "$root"
fi
hyper_install validate --root "$root"
say "rolled back and valid; the configuration before it is in $root/config-backups"
