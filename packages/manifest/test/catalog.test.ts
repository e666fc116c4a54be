import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configurationProblems, effectiveConfig, loadCatalog, TIERS } from '../src/index.ts';

const ROOM = dirname(createRequire(import.meta.url).resolve('@hypersync/manifests/tier-mapping.json'));

describe('the manifests of this repository', () => {
  const catalog = loadCatalog();

  test('seven tiers hold 5, 7, 9, 12, 14, 14, 14 mechanisms for 8, 12, 24 and unlimited nodes', () => {
    expect(catalog.tiers.map((tier) => [tier.id, tier.title, tier.mechanisms.length, tier.maxNodes])).toEqual([
      ['core', 'CORE', 5, 8],
      ['basic', 'Basic', 7, 12],
      ['pro', 'PRO', 9, 24],
      ['advanced', 'Advanced', 12, 0],
      ['qm-venture', 'QM Venture', 14, 0],
      ['qm-campaign', 'QM Campaign', 14, 0],
      ['qm-imperium', 'QM Imperium', 14, 0],
    ]);
  });

  test('each tier holds all of the tier below', () => {
    for (const [i, tier] of catalog.tiers.entries()) {
      expect(tier.mechanisms).toEqual(expect.arrayContaining([...(catalog.tiers[i - 1]?.mechanisms ?? [])]));
    }
  });

  test('every mechanism has a number, a profile, capabilities and defaults', () => {
    expect(catalog.mechanisms.map((mechanism) => mechanism.number)).toEqual(
      Array.from({ length: 14 }, (_, i) => i + 1),
    );
    for (const mechanism of catalog.mechanisms) {
      expect(mechanism.profile.memoryBytes).toBeGreaterThan(0);
      expect(mechanism.capabilities.faults).toMatch(/^(crash|byzantine)$/);
      expect(typeof mechanism.defaults).toBe('object');
    }
  });

  test('no file of the room is left unread', () => {
    const files = readdirSync(ROOM, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.(ya?ml|json)$/.test(name),
    );
    expect(files.length).toBe(
      7 + 14 + 14 + 'tier-mapping capability-matrix tier-overrides validation-rules package'.split(' ').length,
    );
  });

  test('a tier changes what it says and nothing else', () => {
    const standard = catalog.mechanisms.find((mechanism) => mechanism.id === 'crdt')?.defaults;
    expect(effectiveConfig(catalog, 'basic', 'crdt')).toEqual(standard);
    expect(effectiveConfig(catalog, 'core', 'crdt')).toEqual({
      ...standard,
      maxStateBytes: 16 * 1024 * 1024,
      maxTransferBytes: 32 * 1024 * 1024,
    });
  });

  test('a tier without the mechanism has no configuration for it, and says what it has', () => {
    expect(() => effectiveConfig(catalog, 'core', 'raft')).toThrow(
      expect.objectContaining({
        code: 'HS-1102',
        message: 'CORE has no mechanism "raft".',
        hint: 'Use one of: gossip, vector-clock, crdt, merkle-tree, simple-bft.',
      }),
    );
  });
});

describe('an edited copy', () => {
  let copy: string;
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'manifests-'));
    cpSync(ROOM, copy, { recursive: true });
  });
  afterEach(() => rmSync(copy, { recursive: true, force: true }));

  const edit = (file: string, from: string | RegExp, to: string): void => {
    const text = readFileSync(join(copy, file), 'utf8');
    const edited = text.replace(from, to);
    expect(edited, `${file} does not hold ${String(from)}`).not.toBe(text);
    writeFileSync(join(copy, file), edited);
  };
  const refusal = (): { code: string; message: string; hint: string } => {
    try {
      loadCatalog(copy);
    } catch (thrown) {
      const { code, message, hint } = thrown as { code: string; message: string; hint: string };
      return { code, message: message.replaceAll(`${copy}/`, ''), hint };
    }
    throw new Error('was accepted');
  };

  test('is accepted while nothing was edited', () => {
    expect(loadCatalog(copy)).toEqual(loadCatalog());
  });

  /** File, from, to; then what the person reads and is told to do. */
  const EDITS: readonly (readonly [
    name: string,
    file: string,
    from: string | RegExp,
    to: string,
    message: string,
    hint: string,
  ])[] = [
    [
      'a mechanism twice',
      'tier-mapping.json',
      '"id": "raft", "title": "Raft"',
      '"id": "quorum", "title": "Raft"',
      'tier-mapping.json: $.mechanisms[6]: the mechanism "quorum" stands twice.',
      'Each mechanism starts in exactly one tier; remove one of the two.',
    ],
    [
      'numbers out of order',
      'tier-mapping.json',
      '"number": 7',
      '"number": 8',
      'tier-mapping.json: $.mechanisms[6].number is 8, but it stands at place 7.',
      'Set $.mechanisms[6].number to 7.',
    ],
    [
      'tiers out of order',
      'tier-mapping.json',
      /\{ "id": "core", "name": "CORE" \},\s*\{ "id": "basic", "name": "Basic" \}/,
      '{ "id": "basic", "name": "Basic" }, { "id": "core", "name": "CORE" }',
      'tier-mapping.json: $.tiers must be core, basic, pro, advanced, qm-venture, qm-campaign, qm-imperium, in this order; it is basic, core, pro, advanced, qm-venture, qm-campaign, qm-imperium.',
      'Restore the order.',
    ],
    [
      'a mechanism in another tier',
      'tier-mapping.json',
      /("id": "paxos".*"firstTier": )"pro"/,
      '$1"basic"',
      'tier-mapping.json: Basic has 8 mechanisms instead of 7.',
      'Correct $.mechanisms[*].firstTier in tier-mapping.json, or the rule "tier-has" in validation-rules.yaml.',
    ],
    [
      'fewer nodes for more money',
      'validation-rules.yaml',
      '{ check: tier-has, tier: pro, mechanisms: 9, maxNodes: 24 }',
      '{ check: tier-has, tier: pro, mechanisms: 9, maxNodes: 25 }',
      'tiers/pro.yaml: $.maxNodes is 24 instead of 25.',
      'Correct $.maxNodes in tiers/pro.yaml, or the rule "tier-has" in validation-rules.yaml.',
    ],
    [
      'less evidence in a higher tier',
      'tiers/advanced.yaml',
      'provenance: true',
      'provenance: false',
      'tiers/advanced.yaml: $.evidence.provenance is false, but PRO demands it (a higher tier may not prove less).',
      'Correct $.evidence.provenance in tiers/advanced.yaml, or the rule "tiers-grow" in validation-rules.yaml.',
    ],
    [
      'a heavy mechanism that claims little',
      'profiles/pbft.yaml',
      'cpuCores: 2',
      'cpuCores: 0.1',
      'profiles/pbft.yaml: $.cpuCores is 0.1, less than the 0.25 of gossip, which is lightweight (a heavier mechanism may not claim less).',
      'Correct $.cpuCores in profiles/pbft.yaml, or the rule "profile-order" in validation-rules.yaml.',
    ],
    [
      'more nodes at least than at most',
      'profiles/raft.yaml',
      'maxNodes: 25',
      'maxNodes: 2',
      'profiles/raft.yaml: $.minNodes is 3, more than $.maxNodes, 2 (minNodes may not exceed maxNodes, nor the node limit of the first tier that has the mechanism).',
      'Correct $.minNodes in profiles/raft.yaml, or the rule "profile-range" in validation-rules.yaml.',
    ],
    [
      'more nodes at least than the tier allows',
      'profiles/simple-bft.yaml',
      'minNodes: 4',
      'minNodes: 9',
      'profiles/simple-bft.yaml: $.minNodes is 9, more than CORE allows, 8 (minNodes may not exceed maxNodes, nor the node limit of the first tier that has the mechanism).',
      'Correct $.minNodes in profiles/simple-bft.yaml, or the rule "profile-range" in validation-rules.yaml.',
    ],
    [
      'a Byzantine mechanism for three nodes',
      'profiles/simple-bft.yaml',
      'minNodes: 4',
      'minNodes: 3',
      'profiles/simple-bft.yaml: $.minNodes is 3, but simple-bft claims Byzantine faults and needs 4 (n >= 3f + 1 with f = 1).',
      'Correct $.minNodes in profiles/simple-bft.yaml, or the rule "byzantine-nodes" in validation-rules.yaml.',
    ],
    [
      'a file named for another tier',
      'tiers/pro.yaml',
      'id: pro',
      'id: basic',
      'tiers/pro.yaml: $.id is "basic", but the file is named for "pro".',
      'Set $.id to "pro", or rename the file.',
    ],
    [
      'a profile of another mechanism',
      'profiles/raft.yaml',
      'mechanism: raft',
      'mechanism: paxos',
      'profiles/raft.yaml: $.mechanism is "paxos", but the file is named for "raft".',
      'Set $.mechanism to "raft", or rename the file.',
    ],
    [
      'an override of what the tier lacks',
      'tier-overrides.yaml',
      'basic: {}',
      'basic: { paxos: { preVote: true } }',
      'tier-overrides.yaml: $.tiers.basic.paxos: Basic has no mechanism "paxos".',
      'Remove it, or correct its name.',
    ],
    [
      'an override of a key that does not exist',
      'tier-overrides.yaml',
      'pro: {}',
      'pro: { raft: { electionTimeout: 1 } }',
      'tier-overrides.yaml: $.tiers.pro.raft.electionTimeout is no key of its defaults.',
      'Known keys: electionTimeoutMs, heartbeatIntervalMs, proposalTimeoutMs, leaseMs, maxAppendBytes, maxInflightAppends, maxInflightBytes, maxUncommittedBytes, maxPending, snapshotChunkBytes, maxSnapshotBytes, retainedBytes.',
    ],
    [
      'an override of another type',
      'tier-overrides.yaml',
      'pro: {}',
      'pro: { raft: { maxPending: "many" } }',
      'tier-overrides.yaml: $.tiers.pro.raft.maxPending must be a number.',
      'Known keys: electionTimeoutMs, heartbeatIntervalMs, proposalTimeoutMs, leaseMs, maxAppendBytes, maxInflightAppends, maxInflightBytes, maxUncommittedBytes, maxPending, snapshotChunkBytes, maxSnapshotBytes, retainedBytes.',
    ],
    [
      'an override that breaks a rule between keys',
      'tier-overrides.yaml',
      'pro: {}',
      'pro: { raft: { heartbeatIntervalMs: 400 } }',
      'tier-overrides.yaml: $.tiers.pro.raft.electionTimeoutMs is 1000; it must be at least 5 times heartbeatIntervalMs, 2000 (a few lost heartbeats must not start an election).',
      'Correct $.tiers.pro.raft.electionTimeoutMs in tier-overrides.yaml.',
    ],
    [
      'defaults that break a rule between keys',
      'defaults/raft.yaml',
      'electionTimeoutMs: 1000',
      'electionTimeoutMs: 200',
      'defaults/raft.yaml: $.config.electionTimeoutMs is 200; it must be at least 5 times heartbeatIntervalMs, 500 (a few lost heartbeats must not start an election).',
      'Correct $.config.electionTimeoutMs in defaults/raft.yaml.',
    ],
    [
      'a mechanism that the matrix lacks',
      'capability-matrix.yaml',
      /^ {2}raft: .*\n/m,
      '',
      'capability-matrix.yaml: $.mechanisms lacks "raft".',
      'Add a row for raft.',
    ],
  ];

  test.each(EDITS)('%s', (_, file, from, to, message, hint) => {
    edit(file, from, to);
    expect(refusal()).toEqual({ code: 'HS-1106', message, hint });
  });

  test('an unlimited tier below a limited one is refused', () => {
    edit('tiers/basic.yaml', 'maxNodes: 12', 'maxNodes: 0');
    edit(
      'validation-rules.yaml',
      'tier: basic, mechanisms: 7, maxNodes: 12',
      'tier: basic, mechanisms: 7, maxNodes: 0',
    );
    expect(refusal().message).toBe(
      'tiers/pro.yaml: $.maxNodes is 24, less than the 0 of Basic (who pays for more may not run fewer nodes).',
    );
  });

  test('a missing file and a file too much are named', () => {
    rmSync(join(copy, 'profiles/raft.yaml'));
    expect(refusal()).toMatchObject({ code: 'HS-1107', message: 'profiles/raft.yaml is missing.' });
    cpSync(join(ROOM, 'profiles/raft.yaml'), join(copy, 'profiles/raft.yaml'));
    writeFileSync(join(copy, 'defaults/rafft.yaml'), '');
    expect(refusal()).toMatchObject({ code: 'HS-1107', message: 'defaults/rafft.yaml: nothing has this name.' });
  });

  test('a folder that cannot be read is an error that names it', () => {
    expect(() => loadCatalog(join(copy, 'nowhere'))).toThrow(expect.objectContaining({ code: 'HS-1107' }));
  });
});

describe('rules between the keys of a configuration', () => {
  const rules = {
    catalog: [],
    configuration: [
      { mechanism: 'raft', key: 'electionTimeoutMs', atLeast: 5, times: 'heartbeatIntervalMs', why: 'lost heartbeats' },
    ],
  };

  test('a broken rule is said with numbers and reason', () => {
    expect(configurationProblems(rules, 'raft', { electionTimeoutMs: 200, heartbeatIntervalMs: 50 })).toEqual([
      {
        key: 'electionTimeoutMs',
        message: 'is 200; it must be at least 5 times heartbeatIntervalMs, 250 (lost heartbeats)',
      },
    ]);
  });

  test('equality and other mechanisms pass', () => {
    expect(configurationProblems(rules, 'raft', { electionTimeoutMs: 250, heartbeatIntervalMs: 50 })).toEqual([]);
    expect(configurationProblems(rules, 'paxos', { electionTimeoutMs: 1, heartbeatIntervalMs: 50 })).toEqual([]);
  });
});

test('the order of tiers is fixed', () => {
  expect(TIERS).toEqual(['core', 'basic', 'pro', 'advanced', 'qm-venture', 'qm-campaign', 'qm-imperium']);
});
