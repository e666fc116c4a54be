import { HyperSyncError } from '@hypersync/base';
import type { Guarantee, MechanismPlugin, Micros, NodeId, Op, ReadLevel } from '@hypersync/interface';
import type { ScriptNode } from './script-node.ts';
import { ScriptWorld } from './script-world.ts';

export interface GoldenOptions<G extends Guarantee> {
  readonly plugin: MechanismPlugin<G>;
  /** Under what `cluster` sets by itself. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Builds the operation of a `propose` whose words the framework does not know (a CRDT's own encoding). */
  readonly operation?: (words: readonly string[]) => Op<G>;
}

type Command<G extends Guarantee> = (session: Session<G>, words: readonly string[]) => void;

/** One script being run: the cluster it has made, and how far its tickets have come. */
export class Session<G extends Guarantee> {
  readonly options: GoldenOptions<G>;
  world: ScriptWorld<G> | null = null;
  #tickets = 0;
  #sequence = 0;

  constructor(options: GoldenOptions<G>) {
    this.options = options;
  }

  get cluster(): ScriptWorld<G> {
    return this.world ?? fail('begin with `cluster n1 n2 n3`');
  }

  node(id: string | undefined): ScriptNode<G> {
    const { nodes } = this.cluster;
    return nodes.get(id ?? '') ?? fail(`no node ${id ?? ''}; there are ${[...nodes.keys()].join(', ')}`);
  }

  ticket(): number {
    return ++this.#tickets;
  }

  sequence(): number {
    return ++this.#sequence;
  }

  /** Runs one command; what it put out. */
  run(words: readonly string[]): string {
    const [name = '', ...rest] = words;
    const command = (COMMANDS as Readonly<Record<string, Command<G>>>)[name];
    if (command === undefined) fail(`no command "${name}"; there are ${Object.keys(COMMANDS).join(', ')}`);
    command(this, rest);
    return this.world?.takeOutput() ?? '';
  }
}

const COMMANDS = {
  /** `cluster n1 n2 n3 [seed=7] [key=value ...]`: nodes, and keys of their configuration. */
  cluster<G extends Guarantee>(session: Session<G>, words: readonly string[]) {
    const ids = words.filter((word) => !word.includes('='));
    const settings = Object.fromEntries(words.filter((word) => word.includes('=')).map(settingOf));
    const { seed = 1, ...config } = settings;
    const { plugin } = session.options;
    const all = { ...session.options.config, ...config };
    const problems = plugin.validateConfig(all, ids.length);
    if (ids.length === 0 || problems.length > 0) fail(`cannot make this cluster: ${JSON.stringify(problems)}`);
    session.world = new ScriptWorld({ plugin, ids, config: all, seed: Number(seed) });
  },

  /** `propose n1 "a"`, `propose n1 write k "a"`, `propose n1 input 1.5,2`. */
  propose<G extends Guarantee>(session: Session<G>, [id, ...words]: readonly string[]) {
    const node = session.node(id);
    const ticket = session.ticket();
    const op = session.options.operation?.(words) ?? (operationOf(session.options.plugin, words) as Op<G>);
    const input = { t: 'propose', ticket, op, session: 1, sequence: session.sequence() } as const;
    session.cluster.ask(node, input, `is asked #${ticket}: ${words.join(' ')}`);
  },

  /** `read n1 [level] [key]`. */
  read<G extends Guarantee>(session: Session<G>, [id, level = '', key = '']: readonly string[]) {
    const node = session.node(id);
    const ticket = session.ticket();
    const asked = level === '' ? session.options.plugin.descriptor.reads[0] : (level as ReadLevel);
    if (asked === undefined) fail('this mechanism has no reads');
    const input = { t: 'read', ticket, level: asked, key } as const;
    session.cluster.ask(node, input, `is asked #${ticket}: read ${asked} ${key}`.trimEnd());
  },

  /** `deliver n1->n2 [count]`: the oldest messages of a link; default one. */
  deliver<G extends Guarantee>(session: Session<G>, [link, count = '1']: readonly string[]) {
    const letters = session.cluster.underWay(...linkOf(session, link)).slice(0, countOf(count));
    if (letters.length === 0) session.cluster.say('nothing is under way there');
    for (const letter of letters) session.cluster.deliver(letter);
  },

  'deliver-all': <G extends Guarantee>(session: Session<G>) => session.cluster.deliverAll(),

  /** `drop n1->n2 [count]`: loses the oldest messages of a link; default all. */
  drop<G extends Guarantee>(session: Session<G>, [link, count]: readonly string[]) {
    const letters = session.cluster.underWay(...linkOf(session, link));
    const lost = letters.slice(0, count === undefined ? letters.length : countOf(count));
    for (const letter of lost) session.cluster.say(`lost: ${session.cluster.describeLetter(letter)}`);
    session.cluster.drop(lost);
  },

  /** What waits to be delivered. */
  pending<G extends Guarantee>(session: Session<G>) {
    for (const letter of session.cluster.underWay()) session.cluster.say(session.cluster.describeLetter(letter));
  },

  /** `advance 150ms`: timers fire, messages wait. */
  advance: <G extends Guarantee>(session: Session<G>, [time]: readonly string[]) =>
    session.cluster.advance(timeOf(time), false),

  /** `run 500ms`: timers fire and messages arrive after a millisecond. */
  run: <G extends Guarantee>(session: Session<G>, [time]: readonly string[]) =>
    session.cluster.advance(timeOf(time), true),

  crash: <G extends Guarantee>(session: Session<G>, ids: readonly string[]) => {
    for (const id of ids) session.cluster.crash(session.node(id));
  },

  restart: <G extends Guarantee>(session: Session<G>, ids: readonly string[]) => {
    for (const id of ids) session.cluster.start(session.node(id));
  },

  /** `partition n1 | n2 n3`: what is under way between the groups is lost too. */
  partition<G extends Guarantee>(session: Session<G>, words: readonly string[]) {
    const groups = words
      .join(' ')
      .split('|')
      .map((group) => group.trim().split(' '));
    for (const id of groups.flat()) session.node(id);
    const left = [...session.cluster.nodes.keys()].filter((id) => !groups.flat().includes(id));
    session.cluster.partition(left.length === 0 ? groups : [...groups, left]);
  },

  /** `cut n1 n3`: these two lose each other, both ways; others are not touched. */
  cut<G extends Guarantee>(session: Session<G>, [a, b]: readonly string[]) {
    session.cluster.cut(session.node(a).id, session.node(b).id);
  },

  heal: <G extends Guarantee>(session: Session<G>) => session.cluster.heal(),

  /** `hold-disk n1`: what it writes is not flushed until `sync n1`. */
  'hold-disk': <G extends Guarantee>(session: Session<G>, [id]: readonly string[]) => {
    session.node(id).holdsDisk = true;
  },

  sync<G extends Guarantee>(session: Session<G>, [id]: readonly string[]) {
    const node = session.node(id);
    node.holdsDisk = false;
    session.cluster.sync(node);
  },

  /** `compact n1 "state"`: the application's state with all it has applied. */
  compact<G extends Guarantee>(session: Session<G>, [id, state = '']: readonly string[]) {
    const node = session.node(id);
    const input = { t: 'compact', index: node.applied, state: Buffer.from(state) } as const;
    session.cluster.ask(node, input, `may forget what is before ${node.applied}`);
  },

  /** `transfer n1 n2`: leadership to n2. */
  transfer<G extends Guarantee>(session: Session<G>, [id, to]: readonly string[]) {
    const node = session.node(id);
    const ticket = session.ticket();
    const input = { t: 'transfer', ticket, to: to === undefined ? null : session.node(to).id } as const;
    session.cluster.ask(node, input, `is asked #${ticket}: hand over leadership${to === undefined ? '' : ` to ${to}`}`);
  },

  /** `reconfigure n1 n1 n2 n4`: these vote from now on. */
  reconfigure<G extends Guarantee>(session: Session<G>, [id, ...voters]: readonly string[]) {
    const node = session.node(id);
    const ticket = session.ticket();
    const membership = { voters: voters.toSorted().map((voter) => ({ id: voter, weight: 1 })), learners: [] };
    session.cluster.ask(
      node,
      { t: 'reconfigure', ticket, membership },
      `is asked #${ticket}: voters ${voters.join(' ')}`,
    );
  },

  /** `stop n1`: ends the epoch. */
  stop<G extends Guarantee>(session: Session<G>, [id]: readonly string[]) {
    const node = session.node(id);
    const ticket = session.ticket();
    const sign = { nextEpoch: 2, metadata: new Uint8Array(0) };
    session.cluster.ask(node, { t: 'stop', ticket, sign }, `is asked #${ticket}: end the epoch`);
  },

  /** `suspect n1 n2 [phi]`: the failure detector of n1 speaks about n2. */
  suspect<G extends Guarantee>(session: Session<G>, [id, peer, phi = '12']: readonly string[]) {
    const node = session.node(id);
    const about = session.node(peer).id;
    session.cluster.ask(node, { t: 'suspicion', node: about, phi: Number(phi) }, `suspects ${about}: phi ${phi}`);
  },

  /** `show outcomes` leaves out messages and writes until `show all`. */
  show<G extends Guarantee>(session: Session<G>, [detail]: readonly string[]) {
    if (detail !== 'all' && detail !== 'outcomes') fail('show takes all or outcomes');
    session.cluster.detail = detail;
  },

  /** `status [n1 ...]`: what observers see; default everybody. */
  status<G extends Guarantee>(session: Session<G>, ids: readonly string[]) {
    const chosen = ids.length === 0 ? [...session.cluster.nodes.keys()] : ids;
    for (const id of chosen) session.cluster.say(statusOf(session.node(id)));
  },
} as const;

function statusOf<G extends Guarantee>({ id, mechanism }: ScriptNode<G>): string {
  if (mechanism === null) return `${id}: down`;
  const { role, leader, term, ready, detail } = mechanism.status();
  const numbers = Object.entries(detail)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key} ${value}`);
  return `${id}: ${role}, term ${term}, leader ${leader ?? 'none'}${ready ? '' : ', not ready'}; ${numbers.join(', ')}`;
}

function operationOf({ descriptor }: MechanismPlugin, words: readonly string[]): Op {
  const kinds: readonly string[] = descriptor.operations;
  const [first = ''] = words;
  const named = kinds.includes(first) && words.length > 1;
  const kind = named ? first : kinds[0]!;
  const rest = named ? words.slice(1) : words;
  const value = Buffer.from(rest.at(-1) ?? '');
  const key = rest[0] ?? '';
  switch (kind) {
    case 'append':
    case 'publish':
      return { kind, value };
    case 'write':
      return { kind, key, value };
    case 'put':
      return descriptor.guarantee === 'causal' ? { kind, key, value, context: null } : { kind, key, value };
    case 'delete':
      return { kind, key };
    case 'input':
      return { kind, value: (rest[0] ?? '').split(',').map(Number) };
    default:
      return fail(`give an \`operation\` that builds ${kind}`);
  }
}

function settingOf(word: string): readonly [string, number | string | boolean] {
  const at = word.indexOf('=');
  const text = word.slice(at + 1);
  const value = /^-?\d+(\.\d+)?$/.test(text)
    ? Number(text)
    : text === 'true' || text === 'false'
      ? text === 'true'
      : text;
  return [word.slice(0, at), value];
}

function linkOf<G extends Guarantee>(session: Session<G>, word = ''): readonly [NodeId, NodeId] {
  const match = /^(.+)->(.+)$/.exec(word);
  if (match === null) return fail(`"${word}" is no link; write n1->n2`);
  return [session.node(match[1]).id, session.node(match[2]).id];
}

function countOf(word: string): number {
  return /^\d+$/.test(word) ? Number(word) : fail(`"${word}" is no number`);
}

function timeOf(word = ''): Micros {
  const match = /^(\d+(?:\.\d+)?)(us|ms|s)$/.exec(word);
  if (match === null) return fail(`"${word}" is no time; write 150ms`);
  return Math.round(Number(match[1]) * { us: 1, ms: 1000, s: 1_000_000 }[match[2] as 'us' | 'ms' | 's']);
}

function fail(what: string): never {
  throw new HyperSyncError('HS-2104', what);
}
