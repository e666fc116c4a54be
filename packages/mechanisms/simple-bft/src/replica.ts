import type {
  ConsensusMechanism,
  DurableImage,
  Effects,
  Input,
  MechanismInit,
  Micros,
  Status,
  Token,
} from '@hypersync/interface';
import type { Bundle } from '@hypersync/consensus-kit';
import { fetchMissing } from './catch-up.ts';
import { compact, installDownload, snapshotSigned } from './checkpointing.ts';
import { DESCRIPTOR } from './descriptor.ts';
import { encodeMessage } from './messages.ts';
import { nextPace, pace, patience, sendStatus } from './pacing.ts';
import { proposalSigned } from './proposing.ts';
import { receive, settle } from './receiving.ts';
import { restore } from './restoring.ts';
import { makeSetup, State } from './state.ts';
import { countOwnVotes, voteSigned } from './voting.ts';
import type { VoteKind } from './vote.ts';

/** One replica of Simplex (Chan, Pass, TCC 2023): the border between the contract and the rules. */
export class Replica implements ConsensusMechanism<'total-order'> {
  readonly descriptor = DESCRIPTOR;
  readonly #s: State;

  private constructor(state: State) {
    this.#s = state;
  }

  static create(init: MechanismInit, image: DurableImage): Replica {
    return new Replica(new State(makeSetup(init, image), init.now));
  }

  step(now: Micros, inputs: readonly Input<'total-order'>[]): Effects<'total-order'> {
    const s = this.#s;
    s.now = Math.max(s.now, now);
    s.delivered = false;
    if (!s.started) restore(s);
    installDownload(s);
    for (const input of inputs) this.#take(input);
    s.desk.expire(s.fx, s.now);
    s.desk.flush(s.fx, s.authenticator);
    pace(s);
    fetchMissing(s);
    if (s.now >= s.heartbeatAt) sendStatus(s);
    return s.fx.take();
  }

  #take(input: Input<'total-order'>): void {
    const s = this.#s;
    switch (input.t) {
      case 'message':
        return receive(s, input.from, input.bytes);
      case 'propose':
      case 'read':
      case 'stop':
        return s.desk.accept(s.fx, s.now, input, s.ledger);
      case 'durable':
        s.durable = Math.max(s.durable, input.token);
        return countOwnVotes(s);
      case 'verified':
        return settle(s, s.authenticator.verified(input.token, input.valid));
      case 'signed':
        return this.#signed(input.token, input.signature);
      case 'compact':
        return compact(s, input.index, input.state);
      case 'time':
      case 'transfer': // for other capabilities
      case 'reconfigure':
      case 'suspicion':
      case 'clock':
        return;
    }
  }

  #signed(token: Token, signature: Uint8Array): void {
    const s = this.#s;
    const statement = s.authenticator.signed(s.fx, token, signature);
    if (statement === null) return;
    const bundle = s.desk.signed(statement);
    if (bundle !== null) return this.#spread(bundle);
    if (snapshotSigned(s, statement)) return;
    voteSigned(s, statement);
    proposalSigned(s, statement);
  }

  /** Our clients' operations go to everybody, since everybody will lead. */
  #spread(bundle: Bundle): void {
    const s = this.#s;
    if (!s.pool.add(bundle, s.ledger)) return;
    const after = s.bootToken > s.durable ? s.bootToken : undefined;
    s.fx.send('all', encodeMessage({ t: 'bundles', bundles: [bundle] }, s.setup.table), { lane: 'bulk', after });
  }

  nextDeadline(): Micros | null {
    const s = this.#s;
    if (!s.started) return s.now;
    const times = [nextPace(s), s.desk.nextDeadline(), s.fetch?.until ?? null, s.heartbeatAt];
    if (s.compaction.isComplete) times.push(s.now);
    return Math.min(...times.filter((time) => time !== null));
  }

  status(): Status<'total-order'> {
    const s = this.#s;
    const leader = s.leaderOf(s.iteration);
    const { ledger, chain, compaction } = s;
    return {
      role: leader === s.setup.self ? 'leader' : 'replica',
      leader,
      term: s.iteration,
      position: ledger.index === 0 ? null : { class: 'total-order', epoch: s.setup.epoch, index: ledger.index },
      ready: s.started && !s.broken && ledger.sealed === null,
      detail: {
        iteration: s.iteration,
        finalizedHeight: chain.tip.height,
        finalizedHash: chain.tip.key,
        notarizedHeight: chain.notarizedHeight,
        resting: s.workSince === null,
        logBlocks: chain.log.length,
        checkpointIndex: compaction.stableIndex,
        undecidedBundles: s.pool.size,
        pending: s.desk.pending,
        dropped: s.authenticator.dropped + s.malformed,
        sealed: ledger.sealed !== null,
        broken: s.broken,
        dummies: chain.dummies,
        openBlocks: chain.openBlocks,
        patience: patience(s),
      },
    };
  }

  /** What this node has signed and sent for the heights that are open, for invariant checks. */
  ownVotes(): { readonly height: number; readonly vote: VoteKind }[] {
    const s = this.#s;
    const heights = [s.iteration - 1, s.iteration];
    return heights.flatMap((height) =>
      s.book.votesOf(s.setup.self, height).map(({ vote }) => ({ height, vote: vote.kind })),
    );
  }

  /** The blocks that this node holds notarizations of, above the finalized tip, for invariant checks. */
  notarized(): readonly { readonly height: number; readonly key: string }[] {
    const { chain } = this.#s;
    const all = chain.certificatesAbove(chain.tip.height).filter(({ kind }) => kind === 'notarize');
    return all.map(({ height, key }) => ({ height, key }));
  }

  fingerprint(): Uint8Array {
    return this.#s.fingerprint();
  }

  clone(): Replica {
    return new Replica(this.#s.clone());
  }
}
