import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { normalize } from 'node:path';
import type { JsonValue } from '@hypersync/base';
import { parseYaml } from '@hypersync/manifest';
import { parseRun } from './overrides.ts';
import { mechanismPath } from '../sim/simulations.ts';
import type { PlantedBug } from './plant.ts';

/** Where a bug may be planted: the mechanism itself and what it is built from. */
const PLANTABLE = /^packages\/(mechanisms\/[a-z-]+|consensus-kit|governance)\/src\/[\w./-]+\.ts$/;

/** Mechanisms that have planted bugs, sorted. */
export function mechanismsWithBugs(): string[] {
  return readdirSync(mechanismPath())
    .filter((id) => existsSync(cataloguePath(id)))
    .sort();
}

function cataloguePath(mechanism: string): string {
  return mechanismPath(mechanism, 'test', 'planted-bugs.yaml');
}

/** Reads and checks a mechanism's list; throws with all that is wrong in it, each line naming the bug and the key. */
export function plantedBugs(mechanism: string): readonly PlantedBug[] {
  const path = cataloguePath(mechanism);
  if (!existsSync(path)) {
    const known = mechanismsWithBugs().join(', ') || 'none';
    throw new Error(`${mechanism} has no test/planted-bugs.yaml; mechanisms that have one: ${known}`);
  }
  const { bugs, problems } = parseCatalogue(readFileSync(path), mechanism);
  if (problems.length > 0) throw new Error(`${path}:\n  ${problems.join('\n  ')}`);
  return bugs;
}

const KEYS = ['id', 'file', 'anchor', 'replacement', 'story', 'run'];

/** The list as data, and what is wrong with it; apart from the disk, so that it can be tested. */
export function parseCatalogue(
  bytes: Uint8Array,
  mechanism: string,
): { readonly bugs: readonly PlantedBug[]; readonly problems: readonly string[] } {
  const list = parseYaml(bytes, { maxBytes: 1 << 20, maxDepth: 12, source: `planted-bugs.yaml of ${mechanism}` });
  if (!Array.isArray(list)) return { bugs: [], problems: ['the file must be a list of bugs'] };
  const problems: string[] = [];
  const bugs: PlantedBug[] = [];
  const ids = new Set<string>();
  for (const [i, entry] of list.entries()) {
    const bug = parseBug(entry, mechanism, i, problems);
    if (bug === null) continue;
    if (ids.has(bug.id)) problems.push(`${bug.id}: the id is used twice`);
    ids.add(bug.id);
    bugs.push(bug);
  }
  return { bugs, problems };
}

function parseBug(entry: JsonValue, mechanism: string, index: number, problems: string[]): PlantedBug | null {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    problems.push(`entry ${index + 1} is no mapping with ${KEYS.join(', ')}`);
    return null;
  }
  const fields = entry as Readonly<Record<string, JsonValue>>;
  const id = typeof fields['id'] === 'string' ? fields['id'] : `entry ${index + 1}`;
  const complain = (text: string): void => void problems.push(`${id}: ${text}`);
  const before = problems.length;
  for (const key of Object.keys(fields))
    if (!KEYS.includes(key)) complain(`unknown key "${key}"; there are ${KEYS.join(', ')}`);
  const text = (key: string): string => {
    const value = fields[key];
    if (typeof value === 'string' && (value !== '' || key === 'replacement')) return value;
    complain(`"${key}" must be a text${key === 'replacement' ? '' : ' that is not empty'}`);
    return '';
  };
  const [name, file, anchor, replacement, story] = ['id', 'file', 'anchor', 'replacement', 'story'].map(text) as [
    string,
    string,
    string,
    string,
    string,
  ];
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) complain('"id" must be lower-case words joined by dashes');
  const path = normalize(`packages/mechanisms/${mechanism}/${file}`).replaceAll('\\', '/');
  if (!PLANTABLE.test(path))
    complain(`"file" is ${file}; bugs go into src/ of the mechanism, or ../../consensus-kit/src, ../../governance/src`);
  if (anchor === replacement) complain('"replacement" is the anchor itself');
  const run = parseRun(fields['run'] ?? {}, complain);
  return problems.length > before ? null : { id: name, file: path, anchor, replacement, story, run };
}
