import type { StateWriter } from '@hypersync/consensus-kit';
import { accuse, isOverwhelmed, timeoutOf, voteOf } from './accountability.ts';
import type { QuorumCertificate, TimeoutCertificate } from './certificate.ts';
import { encodeMessage, MAX_SHOWN, type Message } from './messages.ts';
import type { State } from './state.ts';

/**
 * Who lied, when two histories are certified ("BFT Protocol Forensics", Sheng et al., CCS 2021). Let the one history commit
 * a block of round r, and let the lowest certified block of the other one above r be of round s. In three-chain, more than a
 * third of the weight voted for the commit chain, and so locked r, and then for the other block, whose vote shows a parent
 * below. In two-chain a vote for the other block alone is no crime: its leader showed a TC of round s - 1. But then more than
 * a third voted on a QC of round r and later claimed, in that TC, to know none. So members keep the TCs that they voted
 * after, and show each other their certificates from the parting on; as long as less than two thirds lie, somebody
 * honest voted for each block, and has what convicts.
 */
type Testimony = Extract<Message, { t: 'testimony' }>;

/** What the certificates of one testimony may weigh; the other side checks each signature. */
const SHOWN_SIGNATURES = 2048;
const SHOWN_BYTES = 1024 * 1024;
/** Certificates of others that are kept, to be compared with what comes later. */
const KEPT_FOREIGN = 1024;
/** Times that each peer is shown the testimony, should messages be lost. */
const REPETITIONS = 4;

/** What others have shown. */
export class CaseFile {
  readonly qcs = new Map<string, QuorumCertificate>();
  readonly tcs = new Map<string, TimeoutCertificate>();

  clone(): CaseFile {
    const copy = new CaseFile();
    for (const [key, qc] of this.qcs) copy.qcs.set(key, qc);
    for (const [key, tc] of this.tcs) copy.tcs.set(key, tc);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.set(new Set(this.qcs.keys())).set(new Set(this.tcs.keys()));
  }
}

/** TCs of one round that claim the same are as good as each other: more than two thirds of the weight signed each. */
function nameOf({ round, highRound }: TimeoutCertificate): string {
  return `${round}/${highRound}`;
}

/** The QCs of our history, and those beside it that we remember: by key. */
function knownQcs(s: State): Map<string, QuorumCertificate> {
  const known = new Map<string, QuorumCertificate>();
  const keep = (qc: QuorumCertificate): void => {
    if (qc.round > 0) known.set(qc.key, qc);
  };
  for (const qc of s.recentQcs.values()) keep(qc);
  for (const { block } of s.tree.log) keep(block.qc);
  for (const { block } of s.tree.blocks) if (s.tree.isCertified(block)) keep(block.qc);
  for (const qc of commitChain(s)) keep(qc);
  keep(s.highQc);
  return known;
}

/** The QCs that committed our tip. */
function commitChain(s: State): QuorumCertificate[] {
  if (s.commitment === null) return [];
  const { above, qc } = s.commitment;
  return [...above.map(({ block }) => block.qc), qc];
}

/** What convicts those who voted for both: the commit of our tip, and all that we have from round `from` on, oldest first. */
function testimonyFrom(s: State, from: number): Testimony {
  let [signatures, bytes] = [0, 0];
  const fits = ({ length }: readonly unknown[], size: number): boolean => {
    signatures += length;
    bytes += size;
    return signatures <= SHOWN_SIGNATURES && bytes <= SHOWN_BYTES;
  };
  const rising = [...knownQcs(s).values()].filter(({ round }) => round >= from).sort((a, b) => a.round - b.round);
  const qcs = new Map<string, QuorumCertificate>();
  const tcs: TimeoutCertificate[] = [];
  const weigh = (list: readonly { readonly signature: Uint8Array }[]): number =>
    list.reduce((sum, { signature }) => sum + signature.length + 16, 64);
  for (const qc of commitChain(s)) if (fits(qc.signatures, weigh(qc.signatures))) qcs.set(qc.key, qc);
  const justified = [...s.justifications.values()].filter(({ round }) => round >= from);
  for (let i = 0; i < Math.max(rising.length, justified.length) && qcs.size + tcs.length < MAX_SHOWN - 1; i++) {
    const [qc, tc] = [rising[i], justified[i]];
    if (qc !== undefined && !qcs.has(qc.key) && fits(qc.signatures, weigh(qc.signatures))) qcs.set(qc.key, qc);
    if (tc !== undefined && fits(tc.shares, weigh(tc.shares))) tcs.push(tc);
  }
  return { t: 'testimony', qcs: [...qcs.values()], tcs };
}

/**
 * Two histories are certified, and part above round `from`: this member stops signing, and shows the others what certified
 * its own, so that whoever followed the other one can compare.
 */
export function breakOff(s: State, from: number): void {
  s.disputedFrom = Math.min(s.disputedFrom ?? from, from);
  if (s.broken) return;
  s.broken = true;
  s.fx.send('all', encodeMessage(testimonyFrom(s, s.disputedFrom), s.setup.table), { lane: 'bulk' });
}

/** The round of the last QC that may be common to our history and the one that this QC stands on. */
export function partingOf(s: State, qc: QuorumCertificate): number {
  let at = qc;
  for (let full = s.tree.get(at.key); full !== undefined; full = s.tree.get(at.key)) at = full.block.qc;
  return Math.min(at.round, s.tree.tip.round);
}

/** In place of what was lost on the way; a few times, to each in turn. */
export function testifyAgain(s: State, peer: string): void {
  if (!s.broken || s.disputedFrom === null || s.testified >= REPETITIONS * (s.setup.table.size - 1)) return;
  s.testified++;
  s.fx.send(peer, encodeMessage(testimonyFrom(s, s.disputedFrom), s.setup.table), { lane: 'bulk' });
}

/** What of a testimony is new; null for nothing. */
export function newIn(s: State, { qcs, tcs }: Testimony): Testimony | null {
  if (s.broken && isOverwhelmed(s)) return null; // there is nothing left to find out
  const known = knownQcs(s);
  const fresh = qcs.filter(({ key, round }) => round > 0 && !known.has(key) && !s.shown.qcs.has(key));
  const claims = tcs.filter((tc) => !s.shown.tcs.has(nameOf(tc)) && !isOwn(s, tc));
  return fresh.length + claims.length === 0 ? null : { t: 'testimony', qcs: fresh, tcs: claims };
}

function isOwn(s: State, tc: TimeoutCertificate): boolean {
  const own = s.justifications.get(tc.round);
  return own !== undefined && nameOf(own) === nameOf(tc);
}

/** A testimony whose signatures are good. With more than a third of the weight convicted, all shall know why. */
export function onTestimony(s: State, { qcs, tcs }: Testimony): void {
  const own = [...knownQcs(s).values()];
  for (const qc of qcs) {
    for (const other of own) compareQcs(s, qc, other);
    for (const tc of s.justifications.values()) compareWithTc(s, qc, tc);
    compareWithShown(s, qc);
    if (s.shown.qcs.size < KEPT_FOREIGN) s.shown.qcs.set(qc.key, qc);
  }
  for (const tc of tcs) {
    for (const qc of [...own, ...s.shown.qcs.values()]) compareWithTc(s, qc, tc);
    if (s.shown.tcs.size < KEPT_FOREIGN) s.shown.tcs.set(nameOf(tc), tc);
  }
  if (isOverwhelmed(s)) breakOff(s, Math.min(...[...qcs, ...tcs].map(({ round }) => round)));
}

/** The TC that a block was voted for after: it may have to be shown one day. */
export function keepJustification(s: State, tc: TimeoutCertificate): void {
  s.justifications.set(tc.round, tc);
  for (const qc of s.shown.qcs.values()) compareWithTc(s, qc, tc);
}

/** A QC that is new here, and what others have shown. */
export function compareWithShown(s: State, qc: QuorumCertificate): void {
  for (const other of s.shown.qcs.values()) compareQcs(s, qc, other);
  for (const tc of s.shown.tcs.values()) compareWithTc(s, qc, tc);
}

/** Two blocks certified in one round, or one below the lock that the votes for the other had set. */
export function compareQcs(s: State, one: QuorumCertificate, other: QuorumCertificate): void {
  const [first, later] = one.round <= other.round ? [one, other] : [other, one];
  const isRival = first.round === later.round && first.key !== later.key;
  if (!isRival && !(first.round < later.round && first.lockRound > later.parentRound)) return;
  for (const { signer, signature } of first.signatures) {
    const again = later.signatures.find((vote) => vote.signer === signer);
    if (again === undefined) continue;
    accuse(s, signer, voteOf({ vote: first, signature }), voteOf({ vote: later, signature: again.signature }));
  }
}

/** Who voted on a QC, and claimed in the same round or a later one that it knew none as high. */
function compareWithTc(s: State, qc: QuorumCertificate, { round, shares }: TimeoutCertificate): void {
  if (qc.round > round) return;
  for (const share of shares) {
    if (share.highRound >= qc.parentRound) continue;
    const vote = qc.signatures.find(({ signer }) => signer === share.signer);
    if (vote === undefined) continue;
    accuse(s, share.signer, voteOf({ vote: qc, signature: vote.signature }), timeoutOf({ ...share, round }));
  }
}
