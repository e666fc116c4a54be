import type { Invariant, NodeView } from '@hypersync/testkit/consensus';
import { logOfSize, readConfig } from '../src/config.ts';
import { Gossip } from '../src/gossip.ts';
import { HEALTH, type SwimView } from '../src/swim-view.ts';

const viewOf = (node: NodeView): SwimView | null => (node.mechanism instanceof Gossip ? node.mechanism.view : null);

function detail(node: NodeView, key: string): number {
  const value = node.status?.detail[key];
  return typeof value === 'number' ? value : 0;
}

/** SWIM, section 4.2: at one member, in one life, an incarnation never goes back, and within one the news only gets worse. */
export function knowledgeNeverGoesBack(): Invariant {
  return {
    name: 'what is known of a member never goes back',
    start() {
      const last = new Map<string, readonly number[]>();
      return (nodes, changed) => {
        const view = viewOf(changed);
        if (view === null) return null;
        for (const [m, { id }] of nodes.entries()) {
          const now = [changed.incarnation, view.incarnationOf(m), HEALTH.indexOf(view.healthOf(m))] as const;
          const before = last.get(`${changed.id} ${id}`);
          last.set(`${changed.id} ${id}`, now);
          if (before?.[0] !== now[0] || before[1]! < now[1] || (before[1] === now[1] && before[2]! <= now[2])) continue;
          return `${changed.id} held ${id} to be ${HEALTH[before[2]!]}@${before[1]}, now ${HEALTH[now[2]]}@${now[1]}`;
        }
        return null;
      };
    },
  };
}

/** Only a member itself raises its incarnation, and each of its lives begins above all that is known of those before. */
export function incarnationsAreOnesOwn(): Invariant {
  return {
    name: 'incarnations are one’s own',
    start() {
      const highest = new Map<string, number>();
      const lives = new Map<string, number>();
      return (nodes, changed) => {
        const view = viewOf(changed);
        if (view === null) return null;
        const self = nodes.findIndex(({ id }) => id === changed.id);
        highest.set(changed.id, Math.max(highest.get(changed.id) ?? 0, view.ownIncarnation));
        const isNewLife = lives.get(changed.id) !== changed.incarnation;
        const isFirst = !lives.has(changed.id);
        lives.set(changed.id, changed.incarnation);
        for (const [m, node] of nodes.entries()) {
          if (m === self) continue;
          if (view.incarnationOf(m) > (highest.get(node.id) ?? 0))
            return `${changed.id} holds ${node.id}@${view.incarnationOf(m)}, which it never was`;
          const known = viewOf(node)?.incarnationOf(self) ?? -1;
          if (isNewLife && !isFirst && known >= view.ownIncarnation)
            return `${changed.id} begins a life as @${view.ownIncarnation}, and ${node.id} knows one as @${known}`;
        }
        return null;
      };
    },
  };
}

/** What one member has been thinking of another, and how often it has probed since. */
interface Opinion {
  readonly life: string;
  readonly text: string;
  readonly probes: number;
}

/**
 * Strong completeness, in probes instead of time: whoever is down while a member probes everybody twice is suspected by it, the
 * member's own evidence counts as a confirmation, and no suspicion outlives its longest time (one probe lasts an interval or more).
 */
export function crashesAreDetected(config: Readonly<Record<string, unknown>>): Invariant {
  const { suspicionMultiplier, suspicionStretch } = readConfig(config);
  return {
    name: 'every crash is detected',
    start() {
      const opinions = new Map<string, Opinion>();
      return (nodes, changed) => {
        const view = viewOf(changed);
        if (view === null) return null;
        const twice = 2 * nodes.length;
        const longest = suspicionStretch * suspicionMultiplier * logOfSize(nodes.length) + 2;
        for (const [m, node] of nodes.entries()) {
          if (node.id === changed.id) continue;
          const life = `${changed.incarnation} ${node.incarnation} ${node.up}`;
          const health = view.healthOf(m);
          const text = `${health}@${view.incarnationOf(m)}`;
          const before = opinions.get(`${changed.id} ${node.id}`);
          if (before?.life !== life || before.text !== text) {
            opinions.set(`${changed.id} ${node.id}`, { life, text, probes: detail(changed, 'probes') });
            continue;
          }
          const probes = detail(changed, 'probes') - before.probes;
          if (health === 'suspect' && probes > longest) return `${changed.id} suspects ${node.id} for ${probes} probes`;
          if (node.up || probes <= twice) continue;
          if (health === 'alive') return `${node.id} is down for ${probes} probes of ${changed.id}, who holds it alive`;
          const self = nodes.findIndex(({ id }) => id === changed.id);
          if (health === 'suspect' && view.accusersOf(m).length === 1 && view.accusersOf(m)[0] !== self)
            return `${changed.id} has probed ${node.id} in vain, and does not confirm what others suspect`;
        }
        return null;
      };
    },
  };
}

/** A member carries no more than so many links, whoever knocks. */
export function linksAreBounded(most: number): Invariant {
  return {
    name: 'links are bounded',
    start: () => (_nodes, changed) =>
      detail(changed, 'links') > most ? `${changed.id} has ${detail(changed, 'links')} links` : null,
  };
}

/** What a member waits to be given is not there yet: promises are at most as many as the rumours that it lacks. */
export function promisesAreLacking(): Invariant {
  return {
    name: 'promises are lacking',
    start() {
      const published = new Map<string, number>();
      return (_nodes, changed) => {
        if (!(changed.mechanism instanceof Gossip)) return null;
        const own = changed.mechanism.ownCounter;
        published.set(changed.id, Math.max(published.get(changed.id) ?? 0, own));
        const all = [...published.values()].reduce((sum, count) => sum + count, 0);
        const [promised, here] = [detail(changed, 'promised'), detail(changed, 'rumours')];
        return promised > all - here ? `${changed.id} waits for ${promised} rumours, but has ${here} of ${all}` : null;
      };
    },
  };
}
