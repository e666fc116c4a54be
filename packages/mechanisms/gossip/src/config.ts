import { type IntegerSetting, integerProblems, withDefaults } from '@hypersync/consensus-kit';
import type { ConfigProblem } from '@hypersync/interface';

export const SETTINGS = {
  fanout: {
    min: 1,
    max: 64,
    default: 6,
    reason: 'peers that one round of news about members reaches; more than a handful only repeats what others send',
  },
  gossipIntervalMs: {
    min: 10,
    max: 60_000,
    default: 100,
    reason: 'the pause between rounds; below 10 ms rounds carry one rumour each, above a minute rumours crawl',
  },
  retransmitMultiplier: {
    min: 1,
    max: 16,
    default: 4,
    reason:
      'news of a member travels this many times the logarithm of the cluster size; SWIM shows that 3 to 4 is enough',
  },
  packetBytes: {
    min: 512,
    max: 65_536,
    default: 1_400,
    reason: 'budget of one message with what it carries beside its purpose; a datagram of an Ethernet fits 1400',
  },
  meshDegree: {
    min: 1,
    max: 64,
    default: 6,
    reason:
      'links along which rumours are pushed; fewer break when members crash, more repeat what others push already',
  },
  meshLow: {
    min: 1,
    max: 64,
    default: 4,
    reason: 'with fewer links than this a member looks for more; must not exceed meshDegree',
  },
  meshHigh: {
    min: 1,
    max: 128,
    default: 12,
    reason: 'with more links than this a member takes some down; must not be below meshDegree',
  },
  lazyDegree: {
    min: 0,
    max: 64,
    default: 6,
    reason:
      'members outside the mesh that are told once per heartbeat what there is; they bridge a mesh that has split',
  },
  heartbeatMs: {
    min: 50,
    max: 60_000,
    default: 1_000,
    reason: 'how often links are looked after and rumours advertised; slower leaves holes in the mesh after a crash',
  },
  pruneBackoffMs: {
    min: 100,
    max: 3_600_000,
    default: 60_000,
    reason: 'how long a link that was taken down stays down, so that two members do not quarrel over it',
  },
  antiEntropyIntervalMs: {
    min: 50,
    max: 600_000,
    default: 500,
    reason: 'the pause between push-pull exchanges while some member may lack a rumour; gossip alone reaches only most',
  },
  idleIntervalMs: {
    min: 100,
    max: 600_000,
    default: 10_000,
    reason: 'the pause between push-pull exchanges while every member is known to have everything',
  },
  repairDelayMs: {
    min: 10,
    max: 60_000,
    default: 300,
    reason: 'how long a hole in the numbers of an origin may stay before it is asked for; gossip fills most by itself',
  },
  probeIntervalMs: {
    min: 50,
    max: 600_000,
    default: 1_000,
    reason: 'one member is probed per interval, so a crash is noticed after about n intervals at the latest',
  },
  probeTimeoutMs: {
    min: 10,
    max: 60_000,
    default: 300,
    reason: 'how long a direct answer may take before others are asked to try; must exceed the round trip',
  },
  indirectProbes: {
    min: 0,
    max: 16,
    default: 3,
    reason: 'members asked to try in our place, so that one bad link accuses nobody',
  },
  maxSelfDoubt: {
    min: 0,
    max: 8,
    default: 8,
    reason: 'a member that misses answers probes this many times slower at most (Lifeguard); 0 never doubts itself',
  },
  suspicionMultiplier: {
    min: 1,
    max: 32,
    default: 4,
    reason: 'a suspect has this many times log(n) probe intervals to refute; shorter times accuse the slow',
  },
  suspicionStretch: {
    min: 1,
    max: 16,
    default: 6,
    reason: 'a suspect that nobody else suspects has this many times as long (Lifeguard); 1 makes no difference',
  },
  maxUnstableRumours: {
    min: 16,
    max: 1_000_000,
    default: 16_384,
    reason:
      'own rumours that some member lacks; beyond it publishing is refused as overloaded, nothing is lost silently',
  },
  maxUnstableBytes: {
    min: 2_097_152,
    max: 1_073_741_824,
    default: 16_777_216,
    reason: 'bytes of own rumours that some member lacks; at least two of the largest values must fit',
  },
  history: {
    min: 0,
    max: 65_536,
    default: 64,
    reason: 'rumours per origin kept for reading after everybody has them',
  },
  maxBatchBytes: {
    min: 4_096,
    max: 2_097_152,
    default: 262_144,
    reason: 'bytes of one push-pull answer; with one value of 1 MiB more it must fit a message of 4 MiB',
  },
} as const satisfies Readonly<Record<string, IntegerSetting>>;

export type GossipConfig = { readonly [K in keyof typeof SETTINGS]: number };

export function validateConfig(config: Readonly<Record<string, unknown>>, _nodes: number): readonly ConfigProblem[] {
  const problems = integerProblems(SETTINGS, config);
  if (problems.length > 0) return problems;
  const { probeIntervalMs, probeTimeoutMs, meshLow, meshDegree, meshHigh } = readConfig(config);
  if (meshLow > meshDegree || meshDegree > meshHigh) {
    problems.push({
      key: 'meshDegree',
      allowed: `from meshLow (${meshLow}) to meshHigh (${meshHigh})`,
      reason: 'a mesh that is brought back to this many links must then be between the limits',
    });
  }
  if (2 * probeTimeoutMs > probeIntervalMs) {
    problems.push({
      key: 'probeTimeoutMs',
      allowed: `at most half of probeIntervalMs (${Math.floor(probeIntervalMs / 2)})`,
      reason: 'indirect probes need the other half of the interval to come back',
    });
  }
  return problems;
}

export function readConfig(config: Readonly<Record<string, unknown>>): GossipConfig {
  return withDefaults(SETTINGS, config);
}

/** Least whole number not below log2(n + 1): exact, and the same on every engine. */
export function logOfSize(members: number): number {
  return 32 - Math.clz32(members);
}
