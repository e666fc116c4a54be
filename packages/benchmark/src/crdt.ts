import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { inTurn, pairedRatio } from './paired.ts';
import { importPeer, nameOfPeer, type Peer } from './peers.ts';
import { median, type BenchmarkRow } from './result.ts';

/** What is measured of each library: documents that tell each other of changes in bytes. */
interface Library {
  readonly name: string;
  document(self: number, members: number): Document;
}

interface Document {
  /** Each returns the update for the others. */
  put(field: string, value: number): Uint8Array;
  insert(index: number, text: string): Uint8Array;
  delete(index: number, length: number): Uint8Array;
  apply(update: Uint8Array): void;
  size(): number;
  text(): string;
  /** All others have everything. */
  compact(others: readonly Document[]): void;
  save(): Uint8Array;
}

const ROUNDS = 3;
/** 20 times the square root of 6,000, as dmonad/crdt-benchmarks has it. */
const CLIENTS = 1_540;
const INSERTS = 6_000;

const AUTOMERGE: Peer = '@automerge/automerge';

/** The types alone, against the two libraries that JavaScript programs use; in turn, in one process. */
export async function crdtRows(): Promise<readonly BenchmarkRow[]> {
  const ours = await hypersync();
  const peers = [await yjs(), await automerge()];
  return [
    ...(await timed(`${CLIENTS} clients put one field each, merged`, ours, peers, mergeClients)),
    ...(await timed(`${INSERTS} insertions at random places, each synced`, ours, peers, insertAtRandom)),
    ...sizes(ours, peers),
    ...memory(ours, peers[0]!),
  ];
}

interface Workload {
  /** Not timed; returns what is. */
  (library: Library): () => void;
}

async function timed(
  what: string,
  ours: Library,
  peers: readonly Library[],
  workload: Workload,
): Promise<BenchmarkRow[]> {
  const contenders = [ours, ...peers].map((library) => {
    let run = (): void => {};
    return { name: library.name, prepare: () => void (run = workload(library)), run: () => run() };
  });
  const timings = await inTurn(contenders, ROUNDS);
  const own = timings.get(ours.name)!;
  return peers.map(({ name }) => {
    const peer = timings.get(name)!;
    const ratio = pairedRatio(own, peer);
    const words = name.startsWith('yjs') ? 'goal: ahead of yjs' : 'ahead of automerge';
    const value = { name, value: median(peer), ratio };
    return { group: 'crdt', what, unit: 'ms', ours: median(own), peer: value, budget: { words, met: ratio < 1 } };
  });
}

function mergeClients(library: Library): () => void {
  const clients = Array.from({ length: CLIENTS }, (_, i) => library.document(i, CLIENTS));
  return () => {
    const updates = clients.map((client, i) => client.put(`field ${i}`, i));
    for (const update of updates.slice(1)) clients[0]!.apply(update);
    if (clients[0]!.size() !== CLIENTS) throw new TypeError(`${library.name}: not all fields have arrived`);
  };
}

function insertAtRandom(library: Library): () => void {
  const [writer, reader] = [library.document(0, 2), library.document(1, 2)];
  const draw = sequence();
  const edits = Array.from({ length: INSERTS }, (_, length) => [draw(length + 1), letter(draw(26))] as const);
  return () => {
    for (const [index, text] of edits) reader.apply(writer.insert(index, text));
    const text = reader.text();
    if (text.length !== INSERTS || text !== writer.text()) throw new TypeError(`${library.name}: texts differ`);
  };
}

const WRITTEN = 6_000;
const LEFT = 600;

/** A text of which all but a little has been deleted, in pieces and by two members, and all know. */
function deletedText(library: Library, written: number = WRITTEN): readonly Document[] {
  const documents = [library.document(0, 2), library.document(1, 2)];
  const draw = sequence();
  let length = 0;
  const edit = (change: (document: Document) => Uint8Array): void => {
    const at = draw(2);
    documents[1 - at]!.apply(change(documents[at]!));
  };
  while (length < written) {
    const [index, text] = [draw(length + 1), letter(draw(26)).repeat(1 + draw(9))];
    edit((document) => document.insert(index, text));
    length += text.length;
  }
  while (length > LEFT) {
    const count = Math.min(1 + draw(9), length - LEFT);
    const index = draw(length - count + 1);
    edit((document) => document.delete(index, count));
    length -= count;
  }
  for (const document of documents) document.compact(documents);
  return documents;
}

const MOST_BYTES = 16;

/** The bytes of a saved document for each character that is still to be seen; and that they do not grow with what is gone. */
function sizes(ours: Library, peers: readonly Library[]): BenchmarkRow[] {
  const measure = (library: Library, written: number): number => {
    const [first] = deletedText(library, written);
    const text = first!.text();
    if (text.length !== LEFT) throw new TypeError(`${library.name}: ${text.length} characters are left`);
    return first!.save().length / LEFT;
  };
  const row = (written: number, value: number, name: string, other: number, budget: BenchmarkRow['budget']) => ({
    group: 'crdt',
    what: `saved bytes per character, ${written} written, ${LEFT} left`,
    unit: 'B',
    ours: value,
    peer: { name, value: other, ratio: value / other },
    budget,
  });
  const own = measure(ours, WRITTEN);
  const longer = measure(ours, 4 * WRITTEN);
  // A character alone among deleted ones is a run of its own: flags, author, counter, unit and at most its neighbour's dot.
  const words = `at most ${MOST_BYTES} B, whatever the history`;
  const proportional = { words, met: longer <= MOST_BYTES };
  return [
    ...peers.map((peer) => row(WRITTEN, own, peer.name, measure(peer, WRITTEN), null)),
    row(4 * WRITTEN, longer, 'a quarter of the history', own, proportional),
  ];
}

const COPIES = 6;

/** On the heap; automerge keeps its documents elsewhere. */
function memory(ours: Library, peer: Library): BenchmarkRow[] {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const measure = (library: Library): number => {
    collect();
    const before = process.memoryUsage().heapUsed;
    const held = Array.from({ length: COPIES }, () => deletedText(library)[0]!);
    collect();
    const bytes = (process.memoryUsage().heapUsed - before) / COPIES / held[0]!.text().length;
    return held.length === COPIES ? bytes : Number.NaN;
  };
  measure(ours); // what is made once only
  measure(peer);
  const [own, theirs] = [measure(ours), measure(peer)];
  return [
    {
      group: 'crdt',
      what: `heap bytes per character, ${WRITTEN} written, ${LEFT} left`,
      unit: 'B',
      ours: own,
      peer: { name: peer.name, value: theirs, ratio: own / theirs },
      budget: { words: 'at most that of yjs', met: own <= theirs },
    },
  ];
}

const letter = (index: number): string => String.fromCharCode(97 + index);

/** The same edits for all: whole numbers below a bound (Lehmer 1951, with the factor of Park and Miller). */
function sequence(): (bound: number) => number {
  let state = 7;
  return (bound) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % bound;
  };
}

interface OurDocument {
  readonly vector: readonly number[];
  mutate(name: string, mutation: unknown): Uint8Array;
  apply(delta: Uint8Array): 'joined' | 'early' | 'bad';
  read(name: string): readonly { readonly fields?: readonly unknown[]; readonly text?: string }[];
  compact(vectors: readonly (readonly number[])[]): void;
  save(): Uint8Array;
}

/** By name only: this room knows no mechanism. */
async function hypersync(): Promise<Library> {
  const id = 'crdt';
  const { CrdtDocument } = (await import(`@hypersync/mechanism-${id}`)) as {
    CrdtDocument: new (self: number, members: number) => OurDocument;
  };
  class Ours implements Document {
    readonly #document: OurDocument;
    constructor(self: number, members: number) {
      this.#document = new CrdtDocument(self, members);
    }
    put(field: string, value: number): Uint8Array {
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setUint32(0, value);
      return this.#document.mutate('map', { type: 'or-map', action: 'put', field, value: bytes });
    }
    insert(index: number, text: string): Uint8Array {
      return this.#document.mutate('text', { type: 'text', action: 'insert', index, text });
    }
    delete(index: number, length: number): Uint8Array {
      return this.#document.mutate('text', { type: 'text', action: 'delete', index, length });
    }
    apply(update: Uint8Array): void {
      const outcome = this.#document.apply(update);
      if (outcome !== 'joined') throw new TypeError(`ours: an update is ${outcome}`);
    }
    size(): number {
      return this.#document.read('map')[0]?.fields?.length ?? 0;
    }
    text(): string {
      return this.#document.read('text')[0]?.text ?? '';
    }
    compact(others: readonly Document[]): void {
      this.#document.compact(others.map((other) => (other as Ours).#document.vector));
    }
    save(): Uint8Array {
      return this.#document.save();
    }
  }
  return { name: 'HyperSync', document: (self, members) => new Ours(self, members) };
}

interface YText {
  insert(at: number, text: string): void;
  delete(at: number, length: number): void;
  toJSON(): string;
}

interface YDocument {
  getMap(name: string): { set(key: string, value: number): void; readonly size: number };
  getText(name: string): YText;
  on(event: 'update', listener: (update: Uint8Array) => void): void;
}

interface Yjs {
  readonly Doc: new () => YDocument;
  applyUpdate(document: YDocument, update: Uint8Array): void;
  encodeStateAsUpdate(document: YDocument): Uint8Array;
}

async function yjs(): Promise<Library> {
  const Y = (await importPeer('yjs')) as Yjs;
  class Theirs implements Document {
    readonly #document = new Y.Doc();
    #update = new Uint8Array(0);
    constructor() {
      this.#document.on('update', (update) => (this.#update = new Uint8Array(update)));
    }
    put(field: string, value: number): Uint8Array {
      this.#document.getMap('map').set(field, value);
      return this.#update;
    }
    insert(index: number, text: string): Uint8Array {
      this.#document.getText('text').insert(index, text);
      return this.#update;
    }
    delete(index: number, length: number): Uint8Array {
      this.#document.getText('text').delete(index, length);
      return this.#update;
    }
    apply(update: Uint8Array): void {
      Y.applyUpdate(this.#document, update);
    }
    size(): number {
      return this.#document.getMap('map').size;
    }
    text(): string {
      return this.#document.getText('text').toJSON();
    }
    compact(): void {
      // It collects as it goes.
    }
    save(): Uint8Array {
      return Y.encodeStateAsUpdate(this.#document);
    }
  }
  return { name: nameOfPeer('yjs'), document: () => new Theirs() };
}

type AutomergeState = Readonly<Record<string, unknown>>;

interface Automerge {
  init(): AutomergeState;
  load(bytes: Uint8Array): AutomergeState;
  change(state: AutomergeState, edit: (draft: Record<string, unknown>) => void): AutomergeState;
  splice(draft: Record<string, unknown>, path: readonly string[], at: number, remove: number, text?: string): void;
  getLastLocalChange(state: AutomergeState): Uint8Array;
  applyChanges(state: AutomergeState, changes: readonly Uint8Array[]): readonly [AutomergeState];
  from(value: Record<string, unknown>): AutomergeState;
  clone(state: AutomergeState): AutomergeState;
  save(state: AutomergeState): Uint8Array;
}

async function automerge(): Promise<Library> {
  const A = (await importPeer(AUTOMERGE)) as Automerge;
  const origin = A.save(A.from({ map: {}, text: '' })); // all begin with the same objects, or theirs would be different ones
  class Theirs implements Document {
    #state = A.load(origin);
    #change(edit: (draft: Record<string, unknown>) => void): Uint8Array {
      this.#state = A.change(this.#state, edit);
      return A.getLastLocalChange(this.#state);
    }
    put(field: string, value: number): Uint8Array {
      return this.#change((draft) => void ((draft['map'] as Record<string, number>)[field] = value));
    }
    insert(index: number, text: string): Uint8Array {
      return this.#change((draft) => A.splice(draft, ['text'], index, 0, text));
    }
    delete(index: number, length: number): Uint8Array {
      return this.#change((draft) => A.splice(draft, ['text'], index, length));
    }
    apply(update: Uint8Array): void {
      [this.#state] = A.applyChanges(this.#state, [update]);
    }
    size(): number {
      return Object.keys(this.#state['map'] as object).length;
    }
    text(): string {
      return String(this.#state['text']);
    }
    compact(): void {
      // It keeps the history.
    }
    save(): Uint8Array {
      return A.save(this.#state);
    }
  }
  return { name: nameOfPeer(AUTOMERGE), document: () => new Theirs() };
}
