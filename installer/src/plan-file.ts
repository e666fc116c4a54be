import { canonicalJson, HyperSyncError, LIMITS, parseJson, type JsonValue } from '@hypersync/base';
import type { Context } from './context.ts';
import type { Plan } from './plan.ts';

/** A saved plan as it was read: of this kind, its contents not yet believed. */
type Saved = Readonly<Record<string, JsonValue>> & { readonly tier: string };

export function savePlan({ environment, settings }: Context, path: string, plan: Plan): void {
  const saved = { ...plan, root: settings.root };
  const bytes = new TextEncoder().encode(`${JSON.stringify(saved, null, 2)}\n`);
  try {
    if (environment.fs.stat(path) !== null) environment.fs.remove(path);
    environment.fs.writeFile(path, bytes, 0o644);
  } catch (cause) {
    throw new HyperSyncError('HS-1005', `The plan cannot be written to ${path}: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

/** The tier and registry of a saved plan, and the comparison that decides whether it still is what would be done. */
export function loadPlan(
  { environment, settings }: Context,
  path: string,
): { readonly tier: string; readonly require: (plan: Plan) => void } {
  const saved = readSaved(environment.fs, path);
  if (saved['root'] !== settings.root) {
    throw new HyperSyncError(
      'HS-1606',
      `${path} was made for ${JSON.stringify(saved['root'])}, not for ${settings.root}.`,
    );
  }
  return {
    tier: saved.tier,
    require: (plan) => {
      const differs = differences(saved, { ...plan, root: settings.root });
      if (differs.length === 0) return;
      throw new HyperSyncError('HS-1606', `${path} cannot be applied exactly: ${differs.join(', ')} changed since.`, {
        details: { changed: differs },
      });
    },
  };
}

function readSaved(fs: Context['environment']['fs'], path: string): Saved {
  let bytes: Uint8Array;
  try {
    bytes = fs.readFile(path, LIMITS.manifestBytes);
  } catch (cause) {
    throw new HyperSyncError('HS-1004', `The plan ${path} cannot be read: ${(cause as Error).message}.`, { cause });
  }
  try {
    const limits = { maxBytes: LIMITS.manifestBytes, maxDepth: 8, source: path };
    const value = parseJson(bytes, limits) as Saved | null;
    if (value?.['kind'] === 'plan' && value['schemaVersion'] === 1 && typeof value.tier === 'string') return value;
  } catch (cause) {
    throw new HyperSyncError('HS-1607', `${path}: ${(cause as Error).message}`, { cause });
  }
  throw new HyperSyncError('HS-1607', `${path} is not a saved plan.`);
}

/** Warnings are about the machine and the day, not about what is done. */
function differences(saved: Saved, now: Readonly<Record<string, unknown>>): readonly string[] {
  const keys = new Set([...Object.keys(saved), ...Object.keys(now)]);
  keys.delete('warnings');
  const text = (value: unknown): string => (value === undefined ? '' : canonicalJson(value as JsonValue));
  return [...keys].filter((key) => text(saved[key]) !== text(now[key]));
}
