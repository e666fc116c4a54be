import type { ErrorTable } from './entry.ts';

/** HS-10xx: what can happen in any program. */
export const BASE_ERRORS = {
  'HS-1001': {
    title: 'Unexpected error',
    cause: 'Something failed that this program did not foresee.',
    hint: 'Run the command again with --verbose and report the output; nothing was changed half-way.',
    exit: 70,
    http: 500,
  },
  'HS-1002': {
    title: 'Wrong usage',
    cause: 'An unknown command or flag, a missing argument, or two flags that exclude each other.',
    hint: 'Run the command with --help; it shows the flags and examples.',
    exit: 64,
    http: 400,
  },
  'HS-1003': {
    title: 'Malformed JSON',
    cause:
      'The bytes are not JSON, use a key twice, are nested too deeply or are larger than the limit stated for them.',
    hint: 'Fetch or write the file again; the message names the place.',
    exit: 65,
    http: 400,
  },
  'HS-1004': {
    title: 'File cannot be read',
    cause: 'The file or folder does not exist, is of another kind, or this user may not read it.',
    hint: 'Check the path and its permissions.',
    exit: 78,
    http: 500,
  },
  'HS-1005': {
    title: 'No space, or cannot create',
    cause: 'The disk is full, a quota is reached, or the folder is read-only.',
    hint: 'Free space (hyper-install gc removes unused trees) or choose another --root, then run the command again.',
    exit: 73,
    http: 507,
  },
  'HS-1006': {
    title: 'Interrupted',
    cause: 'The program received SIGINT or SIGTERM.',
    hint: 'Run the command again; it goes on where it can and heals what it must.',
    exit: 130,
    http: 503,
  },
  'HS-1007': {
    title: 'Configuration is wrong',
    cause: 'A configuration file or environment variable holds an unknown key or a value of the wrong type.',
    hint: 'Correct the key named in the message.',
    exit: 78,
    http: 400,
  },
  'HS-1008': {
    title: 'Limit exceeded',
    cause: 'Input from outside was larger or longer than the limit stated for it.',
    hint: 'If the input is legitimate, the message names the limit; otherwise treat its source as hostile.',
    exit: 65,
    http: 413,
  },
} as const satisfies ErrorTable;
