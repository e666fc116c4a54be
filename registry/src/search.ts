import type { JsonObject } from '@hypersync/base';
import { tierCovers } from '@hypersync/manifest';
import { distTags, visibleVersions, type Sight } from './packument-view.ts';
import { isObject, type Package, type Tree } from './tree.ts';

const MOST = 250;

/** What npm search prints; it needs every field here, down to the maintainers. Only what is in sight is found. */
export function searchAnswer(tree: Tree, sight: Sight, query: URLSearchParams): JsonObject {
  const words = (query.get('text') ?? '').toLowerCase().split(/\s+/).filter(Boolean).slice(0, 10);
  const found: JsonObject[] = [];
  for (const held of tree.packages.values()) {
    const lowest = tree.access[held.name];
    if (lowest === undefined || !tierCovers(sight.tier, lowest)) continue;
    const visible = visibleVersions(tree, held, sight);
    const version = distTags(tree, held, visible, sight)['latest'];
    if (version === undefined) continue;
    const object = searchObject(tree, held, version);
    const text = JSON.stringify([object['name'], object['description'], object['keywords']]).toLowerCase();
    if (words.every((word) => text.includes(word))) found.push(object);
  }
  const from = bounded(query.get('from'), 0, Number.MAX_SAFE_INTEGER);
  const size = bounded(query.get('size'), 20, MOST);
  const score = { final: 1, detail: { quality: 1, popularity: 1, maintenance: 1 } };
  const objects = found
    .slice(from, from + size)
    .map((one) => ({ package: one, score, searchScore: 1, flags: { unstable: 0 } }));
  return { objects, total: found.length, time: date(tree, undefined) };
}

function searchObject(tree: Tree, held: Package, version: string): JsonObject {
  const entry = (held.packument['versions'] as JsonObject)[version];
  const facts = isObject(entry) ? entry : {};
  const vendor = { username: tree.info.vendor, email: '' };
  const times = held.packument['time'];
  return {
    name: held.name,
    scope: held.name.slice(1, held.name.indexOf('/')),
    version,
    description: facts['description'] ?? '',
    keywords: facts['keywords'] ?? [],
    date: date(tree, isObject(times) ? times[version] : undefined),
    links: {},
    author: { name: tree.info.vendor },
    publisher: vendor,
    maintainers: [vendor],
  };
}

function date(tree: Tree, time: unknown): string {
  return typeof time === 'string' ? time : new Date(tree.latestSignedTime).toISOString();
}

function bounded(text: string | null, standard: number, most: number): number {
  const value = Number(text ?? standard);
  return Number.isSafeInteger(value) && value >= 0 ? Math.min(value, most) : standard;
}
