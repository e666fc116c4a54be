import type {
  ConsensusMechanism,
  Guarantee,
  Input,
  MechanismPlugin,
  Member,
  Membership,
  Micros,
  NodeId,
  Send,
  Status,
  Token,
} from '@hypersync/interface';
import type { LocalClock } from './clock.ts';
import type { Disk } from './disk.ts';
import type { NodeView } from './options.ts';

export interface GatedSend {
  readonly after: Token;
  readonly send: Send;
}

/** One simulated host: a mechanism, its disk, its clock and what waits for them. All fields belong to the driver. */
export class SimNode<G extends Guarantee = Guarantee> implements NodeView {
  readonly index: number;
  readonly id: NodeId;
  readonly plugin: MechanismPlugin<G>;
  /** Null when honest, else the attacker's name. */
  readonly attacker: string | null;
  readonly weight: number;
  readonly disk: Disk;
  readonly clock: LocalClock;
  mechanism: ConsensusMechanism<G> | null = null;
  incarnation = 0;
  status: Status<G> | null = null;
  lastToken: Token = 0;
  gated: GatedSend[] = [];
  inbox: Input<G>[] = [];
  /** True time of the timer event in the queue; Infinity for none. */
  timerAt: Micros = Number.POSITIVE_INFINITY;
  /** Time steps in a row without the clock having moved a millisecond. */
  hurriedTimers = 0;
  hurriedSince: Micros = 0;
  /** Until then inputs gather (a pause, or a busy processor). */
  busyUntil: Micros = 0;
  wakeScheduled = false;
  downReasons = 0;
  /** Whom it counts with, if it has ever said so. */
  membership: Membership | null = null;
  /** Its disk will report an error at the next flush. */
  syncFails = false;
  /** Total order: what the application has applied in this incarnation, and what of that is surely durable. */
  applied = 0;
  appliedDurable = 0;

  constructor(
    index: number,
    member: Member,
    plugin: MechanismPlugin<G>,
    attacker: string | null,
    disk: Disk,
    clock: LocalClock,
  ) {
    this.index = index;
    this.id = member.id;
    this.weight = member.weight;
    this.plugin = plugin;
    this.attacker = attacker;
    this.disk = disk;
    this.clock = clock;
  }

  get up(): boolean {
    return this.mechanism !== null;
  }

  get honest(): boolean {
    return this.attacker === null;
  }

  /** Everything in memory is gone. */
  forget(): void {
    this.mechanism = null;
    this.status = null;
    this.lastToken = 0;
    this.gated = [];
    this.inbox = [];
    this.timerAt = Number.POSITIVE_INFINITY;
    this.hurriedTimers = 0;
    this.busyUntil = 0;
    this.wakeScheduled = false;
    this.syncFails = false;
  }
}
