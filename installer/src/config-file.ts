import { HyperSyncError } from '@hypersync/base';
import { parseYaml } from '@hypersync/manifest';
import { nodeFileSystem } from '@hypersync/store';
import { CONFIG_LIMITS, settingText } from './settings.ts';

interface FileSetting {
  readonly value: string;
  readonly source: string;
  /** Relative paths in a file count from the file's own folder. */
  readonly base: string;
}

/** The settings of a YAML file. HS-1007 for an unknown key: a misspelt one must not silently do nothing. */
export function readConfig(path: string, allowed: readonly string[]): ReadonlyMap<string, FileSetting> {
  let bytes: Uint8Array;
  try {
    bytes = nodeFileSystem.readFile(path, CONFIG_LIMITS.maxBytes);
  } catch (cause) {
    throw new HyperSyncError('HS-1004', `The configuration ${path} cannot be read: ${(cause as Error).message}.`, {
      cause,
      details: { path },
    });
  }
  const document = parseYaml(bytes, { ...CONFIG_LIMITS, source: path });
  if (document === null) return new Map();
  if (typeof document !== 'object' || Array.isArray(document)) {
    throw new HyperSyncError('HS-1007', `${path} is not a list of "key: value" lines.`);
  }
  const base = path.slice(0, path.lastIndexOf('/'));
  const settings = new Map<string, FileSetting>();
  for (const [key, entry] of Object.entries(document)) {
    if (!allowed.includes(key)) {
      throw new HyperSyncError('HS-1007', `${path}: there is no setting ${JSON.stringify(key.slice(0, 60))}.`, {
        hint: `Known settings: ${allowed.join(', ')}. The trust anchor is part of the installer and cannot be set.`,
        details: { path, key },
      });
    }
    const value = settingText(entry);
    if (value === null) throw new HyperSyncError('HS-1007', `${path}: "${key}" is neither a text nor a number.`);
    settings.set(key, { value, source: `${path}: ${key}`, base });
  }
  return settings;
}
