import type { ConsensusMechanism, Guarantee, Input, NodeId, Send, Token } from '@hypersync/interface';
import { Disk } from '../simulator/disk.ts';

/** One node of a scripted cluster. */
export class ScriptNode<G extends Guarantee> {
  readonly id: NodeId;
  readonly disk = new Disk();
  mechanism: ConsensusMechanism<G> | null = null;
  incarnation = 0;
  /** Inputs that follow from the last step: flushes and signatures. */
  todo: Input<G>[] = [];
  gated: { readonly after: Token; readonly send: Send }[] = [];
  /** Flushes wait for `sync`. */
  holdsDisk = false;
  applied = 0;
  /** What was last said about its role. */
  standing = '';

  constructor(id: NodeId) {
    this.id = id;
  }

  /** Memory, and what was not flushed, is gone. */
  crash(): void {
    this.mechanism = null;
    this.disk.crash(0);
    this.todo = [];
    this.gated = [];
    this.standing = '';
  }
}
