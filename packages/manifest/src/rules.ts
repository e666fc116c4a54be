import { HyperSyncError } from '@hypersync/base';
import { join } from 'node:path';
import type { Catalog, MechanismSource, TierSource } from './catalog.ts';
import type { TierId } from './tier.ts';

/** A check between files; which fields it uses depends on `check`. */
export interface CatalogRule {
  readonly check: 'tier-has' | 'tiers-grow' | 'profile-order' | 'profile-range' | 'byzantine-nodes';
  readonly tier?: TierId;
  readonly mechanisms?: number;
  readonly maxNodes?: number;
  readonly minNodes?: number;
  readonly field?: 'maxNodes' | 'evidence' | 'cpuCores' | 'memoryBytes';
  readonly why?: string;
}

/** `key >= atLeast * times` within one configuration of `mechanism`; not checked while either key is absent. */
export interface ConfigurationRule {
  readonly mechanism: string;
  readonly key: string;
  readonly atLeast: number;
  readonly times: string;
  readonly why: string;
}

export interface Rules {
  readonly catalog: readonly CatalogRule[];
  readonly configuration: readonly ConfigurationRule[];
}

/** Throws HS-1106 for the first rule that does not hold. */
export function checkRules(catalog: Catalog, directory: string): void {
  for (const rule of catalog.rules.catalog) {
    const broken = brokenBy(rule, catalog);
    if (broken !== null) {
      const why = rule.why === undefined ? '' : ` (${rule.why})`;
      throw new HyperSyncError('HS-1106', `${join(directory, broken.file)}: ${broken.message}${why}.`, {
        hint: `Correct ${broken.path} in ${broken.file}, or the rule "${rule.check}" in validation-rules.yaml.`,
        details: { source: join(directory, broken.file), path: broken.path, rule: rule.check },
      });
    }
  }
  for (const mechanism of catalog.mechanisms) {
    const configurations = [['defaults', mechanism.defaults] as const, ...overriddenConfigs(catalog, mechanism)];
    for (const [where, config] of configurations) {
      for (const problem of configurationProblems(catalog.rules, mechanism.id, config)) {
        const file = where === 'defaults' ? `defaults/${mechanism.id}.yaml` : 'tier-overrides.yaml';
        const path =
          where === 'defaults' ? `$.config.${problem.key}` : `$.tiers.${where}.${mechanism.id}.${problem.key}`;
        throw new HyperSyncError('HS-1106', `${join(directory, file)}: ${path} ${problem.message}.`, {
          hint: `Correct ${path} in ${file}.`,
          details: { source: join(directory, file), path, rule: 'configuration' },
        });
      }
    }
  }
}

/** What is wrong with one configuration by the rules of `validation-rules.yaml`; the plugin's own validateConfig comes on top. */
export function configurationProblems(
  rules: Rules,
  mechanism: string,
  config: Readonly<Record<string, unknown>>,
): readonly { readonly key: string; readonly message: string }[] {
  const problems: { key: string; message: string }[] = [];
  for (const rule of rules.configuration) {
    const [value, other] = [config[rule.key], config[rule.times]];
    if (rule.mechanism !== mechanism || typeof value !== 'number' || typeof other !== 'number') continue;
    if (value < rule.atLeast * other) {
      const bound = rule.atLeast === 1 ? rule.times : `${rule.atLeast} times ${rule.times}`;
      problems.push({
        key: rule.key,
        message: `is ${value}; it must be at least ${bound}, ${rule.atLeast * other} (${rule.why})`,
      });
    }
  }
  return problems;
}

interface Broken {
  readonly file: string;
  readonly path: string;
  readonly message: string;
}

function brokenBy(rule: CatalogRule, catalog: Catalog): Broken | null {
  switch (rule.check) {
    case 'tier-has':
      return tierHas(rule, catalog);
    case 'tiers-grow':
      return tiersGrow(rule, catalog);
    case 'profile-order':
      return profileOrder(rule, catalog);
    case 'profile-range':
      return profileRange(catalog);
    case 'byzantine-nodes':
      return byzantineNodes(rule, catalog);
  }
}

function tierHas(rule: CatalogRule, catalog: Catalog): Broken | null {
  const tier = catalog.tiers.find((candidate) => candidate.id === rule.tier);
  if (tier === undefined) return null;
  if (rule.mechanisms !== undefined && tier.mechanisms.length !== rule.mechanisms) {
    const message = `${tier.title} has ${tier.mechanisms.length} mechanisms instead of ${rule.mechanisms}`;
    return { file: 'tier-mapping.json', path: '$.mechanisms[*].firstTier', message };
  }
  if (rule.maxNodes !== undefined && tier.maxNodes !== rule.maxNodes) {
    return {
      file: `tiers/${tier.id}.yaml`,
      path: '$.maxNodes',
      message: `$.maxNodes is ${tier.maxNodes} instead of ${rule.maxNodes}`,
    };
  }
  return null;
}

const unlimited = (nodes: number): number => (nodes === 0 ? Number.POSITIVE_INFINITY : nodes);

function tiersGrow(rule: CatalogRule, catalog: Catalog): Broken | null {
  for (const [i, tier] of catalog.tiers.entries()) {
    const below = catalog.tiers[i - 1];
    if (below === undefined) continue;
    const file = `tiers/${tier.id}.yaml`;
    if (rule.field === 'maxNodes' && unlimited(tier.maxNodes) < unlimited(below.maxNodes)) {
      return {
        file,
        path: '$.maxNodes',
        message: `$.maxNodes is ${tier.maxNodes}, less than the ${below.maxNodes} of ${below.title}`,
      };
    }
    const lost = rule.field === 'evidence' ? lostEvidence(below, tier) : undefined;
    if (lost !== undefined) {
      return {
        file,
        path: `$.evidence.${lost}`,
        message: `$.evidence.${lost} is false, but ${below.title} demands it`,
      };
    }
  }
  return null;
}

function lostEvidence(below: TierSource, tier: TierSource): string | undefined {
  return (['bundle', 'provenance', 'license'] as const).find((kind) => below.evidence[kind] && !tier.evidence[kind]);
}

const WEIGHTS = ['lightweight', 'light', 'moderate', 'heavy', 'very-heavy'];

function profileOrder(rule: CatalogRule, catalog: Catalog): Broken | null {
  const field = rule.field === 'memoryBytes' ? 'memoryBytes' : 'cpuCores';
  const rank = (mechanism: MechanismSource): number => WEIGHTS.indexOf(mechanism.weight);
  for (const heavy of catalog.mechanisms) {
    const light = catalog.mechanisms.find(
      (other) => rank(other) < rank(heavy) && other.profile[field] > heavy.profile[field],
    );
    if (light !== undefined) {
      const message = `$.${field} is ${heavy.profile[field]}, less than the ${light.profile[field]} of ${light.id}, which is ${light.weight}`;
      return { file: `profiles/${heavy.id}.yaml`, path: `$.${field}`, message };
    }
  }
  return null;
}

function profileRange(catalog: Catalog): Broken | null {
  for (const { id, profile, firstTier } of catalog.mechanisms) {
    const file = `profiles/${id}.yaml`;
    if (profile.minNodes > unlimited(profile.maxNodes)) {
      return {
        file,
        path: '$.minNodes',
        message: `$.minNodes is ${profile.minNodes}, more than $.maxNodes, ${profile.maxNodes}`,
      };
    }
    const tier = catalog.tiers.find((candidate) => candidate.id === firstTier);
    if (tier !== undefined && profile.minNodes > unlimited(tier.maxNodes)) {
      return {
        file,
        path: '$.minNodes',
        message: `$.minNodes is ${profile.minNodes}, more than ${tier.title} allows, ${tier.maxNodes}`,
      };
    }
  }
  return null;
}

function byzantineNodes(rule: CatalogRule, catalog: Catalog): Broken | null {
  const least = rule.minNodes ?? 4;
  const found = catalog.mechanisms.find(
    ({ capabilities, profile }) => capabilities.faults === 'byzantine' && profile.minNodes < least,
  );
  if (found === undefined) return null;
  const message = `$.minNodes is ${found.profile.minNodes}, but ${found.id} claims Byzantine faults and needs ${least}`;
  return { file: `profiles/${found.id}.yaml`, path: '$.minNodes', message };
}

function overriddenConfigs(
  catalog: Catalog,
  mechanism: MechanismSource,
): (readonly [TierId, Readonly<Record<string, unknown>>])[] {
  return catalog.tiers
    .filter((tier) => catalog.overrides[tier.id]?.[mechanism.id] !== undefined)
    .map((tier) => [tier.id, { ...mechanism.defaults, ...catalog.overrides[tier.id]?.[mechanism.id] }] as const);
}
