import { HyperSyncError, LIMITS, parseJson } from '@hypersync/base';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Config, Documents, SchemaId } from './documents.ts';
import { parseYaml } from './parse-yaml.ts';
import { checkRules, type Rules } from './rules.ts';
import type { EvidenceDemand, MechanismFacts, ResourceProfile } from './tier-manifest.ts';
import { TIERS, tierCovers, tierName, type TierId } from './tier.ts';
import { validateDocument } from './validate.ts';

/** A tier as `manifests/` states it. */
export interface TierSource {
  readonly id: TierId;
  readonly title: string;
  readonly audience: string;
  /** 0: unlimited. */
  readonly maxNodes: number;
  readonly support: string;
  readonly evidence: EvidenceDemand;
  /** Ids of all mechanisms of the tier, inherited ones included, in their order. */
  readonly mechanisms: readonly string[];
}

/** What a mechanism can do, for choosing one without loading it. The plugin's descriptor is the authority. */
export interface MechanismCapabilities {
  readonly faults: 'crash' | 'byzantine';
  /** Largest share of faulty weight at which it stays safe and live. */
  readonly tolerates: 'any' | 'under-half' | 'under-third';
  readonly timing: 'asynchronous' | 'partially-synchronous' | 'synchronous-slots';
  readonly finality: 'immediate' | 'economic' | 'stable-cut' | 'epsilon' | 'none';
  readonly leader: boolean;
  readonly linearizable: boolean;
  readonly weights: boolean;
}

/** A mechanism as `manifests/` states it. */
export interface MechanismSource extends MechanismFacts {
  readonly number: number;
  readonly profile: ResourceProfile;
  readonly capabilities: MechanismCapabilities;
  readonly defaults: Readonly<Record<string, unknown>>;
}

/** Everything in `manifests/`, validated and cross-checked. */
export interface Catalog {
  readonly tiers: readonly TierSource[];
  readonly mechanisms: readonly MechanismSource[];
  /** Tier to mechanism to configuration keys that replace the defaults. */
  readonly overrides: Readonly<Record<string, Readonly<Record<string, Config>>>>;
  readonly rules: Rules;
}

/**
 * Reads and checks the whole of `directory` (default: the manifests room). Throws HS-1004 for what cannot be read,
 * HS-1103 and HS-1104 for a malformed file, HS-1106 and HS-1107 for files that do not fit together; each names file and fix.
 */
export function loadCatalog(directory: string = manifestsRoom()): Catalog {
  const mapping = readSource(directory, 'tier-mapping.json', 'tier-mapping');
  const capabilities = readSource(directory, 'capability-matrix.yaml', 'capability-matrix').mechanisms;
  const overrides = readSource(directory, 'tier-overrides.yaml', 'tier-overrides').tiers;
  const rules = readSource(directory, 'validation-rules.yaml', 'validation-rules');
  checkMapping(mapping, directory);

  const ids = mapping.mechanisms.map((mechanism) => mechanism.id);
  checkFolder(join(directory, 'tiers'), TIERS);
  checkFolder(join(directory, 'profiles'), ids);
  checkFolder(join(directory, 'defaults'), ids);
  checkKeys(join(directory, 'capability-matrix.yaml'), Object.keys(capabilities), ids);

  const catalog: Catalog = {
    tiers: TIERS.map((id) => readTier(directory, id, mapping)),
    mechanisms: mapping.mechanisms.map((facts) => readMechanism(directory, facts, capabilities)),
    overrides,
    rules: { catalog: rules.catalog, configuration: rules.configuration },
  };
  checkOverrides(catalog, join(directory, 'tier-overrides.yaml'));
  checkRules(catalog, directory);
  return catalog;
}

/** A mechanism's defaults with a tier's overrides. Throws HS-1102 where the tier has no such mechanism. */
export function effectiveConfig(catalog: Catalog, tier: TierId, mechanism: string): Config {
  const source = catalog.mechanisms.find((candidate) => candidate.id === mechanism);
  if (source === undefined || !tierCovers(tier, source.firstTier)) {
    const known = catalog.mechanisms
      .filter((candidate) => tierCovers(tier, candidate.firstTier))
      .map((candidate) => candidate.id);
    throw new HyperSyncError(
      'HS-1102',
      `${tierName(tier)} has no mechanism ${JSON.stringify(mechanism.slice(0, 64))}.`,
      {
        hint: `Use one of: ${known.join(', ')}.`,
        details: { tier, known },
      },
    );
  }
  return { ...source.defaults, ...catalog.overrides[tier]?.[mechanism] };
}

type TierMapping = Documents['tier-mapping'];
type CapabilityMatrix = Documents['capability-matrix'];

function manifestsRoom(): string {
  return dirname(createRequire(import.meta.url).resolve('@hypersync/manifests/tier-mapping.json'));
}

function readSource<S extends SchemaId>(directory: string, file: string, schema: S): Documents[S] {
  const source = join(directory, file);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(source);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(source, cause);
    throw new HyperSyncError('HS-1107', `${source} is missing.`, { cause, details: { source } });
  }
  const limits = { maxBytes: LIMITS.manifestBytes, maxDepth: LIMITS.manifestDepth, source };
  const value = file.endsWith('.json') ? parseJson(bytes, limits) : parseYaml(bytes, limits);
  validateDocument(schema, value, source);
  return value as unknown as Documents[S];
}

function readTier(directory: string, id: TierId, mapping: TierMapping): TierSource {
  const file = join('tiers', `${id}.yaml`);
  const { audience, maxNodes, support, evidence, ...head } = readSource(directory, file, 'tier-source');
  checkNamed(join(directory, file), '$.id', head.id, id);
  const mechanisms = mapping.mechanisms
    .filter((mechanism) => tierCovers(id, mechanism.firstTier))
    .map((mechanism) => mechanism.id);
  return { id, title: tierName(id), audience, maxNodes, support, evidence, mechanisms };
}

function readMechanism(
  directory: string,
  facts: TierMapping['mechanisms'][number],
  matrix: CapabilityMatrix['mechanisms'],
): MechanismSource {
  const { id } = facts;
  const profileFile = join('profiles', `${id}.yaml`);
  const defaultsFile = join('defaults', `${id}.yaml`);
  const { cpuCores, memoryBytes, diskBytes, networkMbps, latencyMs, minNodes, maxNodes, mechanism } = readSource(
    directory,
    profileFile,
    'resource-profile',
  );
  checkNamed(join(directory, profileFile), '$.mechanism', mechanism, id);
  const defaults = readSource(directory, defaultsFile, 'mechanism-defaults');
  checkNamed(join(directory, defaultsFile), '$.mechanism', defaults.mechanism, id);
  const profile = { cpuCores, memoryBytes, diskBytes, networkMbps, latencyMs, minNodes, maxNodes };
  return { ...facts, profile, capabilities: matrix[id] as MechanismCapabilities, defaults: defaults.config };
}

/** The schema fixes how many there are; this fixes which, in which order, and that none stands twice. */
function checkMapping(mapping: TierMapping, directory: string): void {
  const source = join(directory, 'tier-mapping.json');
  const tiers = mapping.tiers.map((tier) => tier.id);
  if (tiers.join() !== TIERS.join()) {
    throw contradiction(
      source,
      `$.tiers must be ${TIERS.join(', ')}, in this order; it is ${tiers.join(', ')}.`,
      'Restore the order.',
    );
  }
  const seen = new Set<string>();
  for (const [i, mechanism] of mapping.mechanisms.entries()) {
    const path = `$.mechanisms[${i}]`;
    if (seen.has(mechanism.id)) {
      throw contradiction(
        source,
        `${path}: the mechanism "${mechanism.id}" stands twice.`,
        'Each mechanism starts in exactly one tier; remove one of the two.',
      );
    }
    if (mechanism.number !== i + 1) {
      throw contradiction(
        source,
        `${path}.number is ${mechanism.number}, but it stands at place ${i + 1}.`,
        `Set ${path}.number to ${i + 1}.`,
      );
    }
    seen.add(mechanism.id);
  }
}

/** One file per id, and nothing else: a misspelt file name must not silently count for nothing. */
function checkFolder(folder: string, ids: readonly string[]): void {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch (cause) {
    throw unreadable(folder, cause);
  }
  for (const name of names.sort()) {
    if (!ids.includes(name.replace(/\.yaml$/, '')) || !name.endsWith('.yaml')) {
      throw new HyperSyncError('HS-1107', `${join(folder, name)}: nothing has this name.`, {
        hint: `Rename or remove it; files here are ${ids.map((id) => `${id}.yaml`).join(', ')}.`,
        details: { source: join(folder, name) },
      });
    }
  }
}

function checkKeys(source: string, keys: readonly string[], ids: readonly string[]): void {
  const missing = ids.find((id) => !keys.includes(id));
  if (missing !== undefined)
    throw contradiction(source, `$.mechanisms lacks "${missing}".`, `Add a row for ${missing}.`);
  const extra = keys.find((key) => !ids.includes(key));
  if (extra !== undefined)
    throw contradiction(
      source,
      `$.mechanisms has "${extra}", which is no mechanism.`,
      `Remove it, or correct its name.`,
    );
}

function checkOverrides(catalog: Catalog, source: string): void {
  for (const [tier, mechanisms] of Object.entries(catalog.overrides)) {
    for (const [id, keys] of Object.entries(mechanisms)) {
      const path = `$.tiers.${tier}.${id}`;
      const mechanism = catalog.mechanisms.find((candidate) => candidate.id === id);
      if (mechanism === undefined || !tierCovers(tier as TierId, mechanism.firstTier)) {
        throw contradiction(
          source,
          `${path}: ${tierName(tier as TierId)} has no mechanism "${id}".`,
          'Remove it, or correct its name.',
        );
      }
      for (const [key, value] of Object.entries(keys)) {
        const standard = mechanism.defaults[key];
        if (typeof standard !== typeof value) {
          const reason = standard === undefined ? 'is no key of its defaults' : `must be a ${typeof standard}`;
          throw contradiction(
            source,
            `${path}.${key} ${reason}.`,
            `Known keys: ${Object.keys(mechanism.defaults).join(', ')}.`,
          );
        }
      }
    }
  }
}

function checkNamed(source: string, path: string, found: string, expected: string): void {
  if (found !== expected) {
    throw contradiction(
      source,
      `${path} is "${found}", but the file is named for "${expected}".`,
      `Set ${path} to "${expected}", or rename the file.`,
    );
  }
}

function contradiction(source: string, message: string, hint: string): HyperSyncError {
  return new HyperSyncError('HS-1106', `${source}: ${message}`, { hint, details: { source } });
}

function unreadable(source: string, cause: unknown): HyperSyncError {
  return new HyperSyncError('HS-1004', `${source} cannot be read: ${(cause as Error).message}`, {
    cause,
    details: { source },
  });
}
