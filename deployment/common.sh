# shellcheck shell=sh
# The scripts that source this file set program and accepted, and read the options.
# shellcheck disable=SC2034,SC2154
# Shared by deploy.sh, validate.sh and rollback.sh: options, messages, and how to start hyper-install. Sourced, never run.

root=${HYPERSYNC_ROOT:-/var/lib/hypersync}
config_dir=${HYPERSYNC_CONFIG_DIR:-/etc/hypersync}
installer=${HYPERSYNC_INSTALLER:-hyper-install}
dry_run=no
tier=
license=
registry=
offline=
to=

say() { printf '%s: %s\n' "$program" "$*" >&2; }

# die CODE MESSAGE NEXT-STEP
die() {
  say "$2"
  say "next: $3"
  exit "$1"
}

# A value that looks like an option is a forgotten value.
need_value() {
  case ${2:---} in --*) die 64 "$1 needs a value." "$program --help" ;; esac
}

# Only the options that the calling script lists in $accepted are taken; the others are an error, not ignored.
parse_options() {
  while [ "$#" -gt 0 ]; do
    case " $accepted --help --dry-run --root --installer --config-dir " in
      *" $1 "*) ;;
      *) die 64 "unknown option '$1'." "$program --help" ;;
    esac
    case $1 in
      --help) usage; exit 0 ;;
      --dry-run) dry_run=yes; shift; continue ;;
    esac
    need_value "$1" "${2:-}"
    case $1 in
      --root) root=$2 ;;
      --installer) installer=$2 ;;
      --config-dir) config_dir=$2 ;;
      --tier) tier=$2 ;;
      --license) license=$2 ;;
      --registry) registry=$2 ;;
      --offline) offline=$2 ;;
      --to) to=$2 ;;
    esac
    shift 2
  done
}

# A bundle folder, its .mjs, the one-file form, or a command on PATH.
check_installer() {
  if [ -d "$installer" ]; then installer=$installer/hyper-install.mjs; fi
  case $installer in
    *.mjs)
      [ -r "$installer" ] || die 78 "there is no installer at $installer." "pass --installer with the folder that your vendor sent"
      command -v node >/dev/null 2>&1 || die 78 "node is not on the PATH." "use the one-file installer, which brings its own"
      ;;
    *)
      command -v "$installer" >/dev/null 2>&1 || die 78 "cannot run '$installer'." "pass --installer PATH, or set HYPERSYNC_INSTALLER"
      ;;
  esac
}

hyper_install() {
  case $installer in
    *.mjs) node "$installer" "$@" ;;
    *) "$installer" "$@" ;;
  esac
}

# Keeps the configuration as it was, once per second at most; prints where. Twenty backups are kept.
backup_config() {
  [ -d "$config_dir" ] || { say "no configuration in $config_dir: nothing to keep"; return 0; }
  backups=$root/config-backups
  stamp=$(date -u +%Y%m%dT%H%M%SZ)
  if [ "$dry_run" = yes ]; then say "would keep $config_dir as $backups/$stamp.tar.gz"; return 0; fi
  mkdir -p "$backups" || die 73 "cannot create $backups." "check the permissions of $root"
  chmod 700 "$backups"
  (umask 077 && tar -czf "$backups/.$stamp.partial" -C "$config_dir" .) || die 73 "cannot write a backup to $backups." "free space, then run this again"
  mv "$backups/.$stamp.partial" "$backups/$stamp.tar.gz"
  say "kept the configuration as $backups/$stamp.tar.gz"
  # The names are ours and sort by time.
  find "$backups" -name '*.tar.gz' -type f | sort -r | tail -n +21 | while IFS= read -r old; do rm -f "$old"; done
}
