import { errorFrom, HyperSyncError, isHyperSyncError } from '@hypersync/base';

const NO_SPACE = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'ENAMETOOLONG', 'ENOTDIR', 'EMLINK']);

/** Whatever writing to the disk threw, as one of ours: what was being done, and Node's own words. */
export function writeError(thrown: unknown, doing: string): HyperSyncError {
  if (isHyperSyncError(thrown)) return thrown;
  const code = codeOf(thrown);
  if (code === null) return new HyperSyncError('HS-1001', `${doing}: ${String(thrown)}`, { cause: thrown });
  const details = { system: code };
  return new HyperSyncError(NO_SPACE.has(code) ? 'HS-1005' : 'HS-1508', `${doing}: ${(thrown as Error).message}`, {
    cause: thrown,
    details,
  });
}

/**
 * The same for reading: what may not be read is a matter of configuration, the rest of the disk. Ours stay what they are;
 * what did not come from the system is HS-1001.
 */
export function readError(thrown: unknown, doing: string): HyperSyncError {
  if (isHyperSyncError(thrown)) return thrown;
  const code = codeOf(thrown);
  if (code === null) return errorFrom(thrown);
  const configuration = code === 'EACCES' || code === 'EPERM' || code === 'ENOENT' || code === 'ENOTDIR';
  return new HyperSyncError(configuration ? 'HS-1004' : 'HS-1508', `${doing}: ${(thrown as Error).message}`, {
    cause: thrown,
    details: { system: code },
  });
}

/** The system's name of an error (`ENOSPC`), or null for what did not come from the system. */
export function codeOf(thrown: unknown): string | null {
  const code = thrown instanceof Error ? (thrown as { code?: unknown }).code : undefined;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : null;
}
