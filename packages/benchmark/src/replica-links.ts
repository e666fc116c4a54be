import { createHmac, diffieHellman, hkdfSync, timingSafeEqual, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Where a replica listens and what the others must know of it. */
export interface Contact {
  readonly id: string;
  readonly port: number;
  /** SPKI, base64: Ed25519 for signatures, X25519 for session keys. */
  readonly signingKey: string;
  readonly exchangeKey: string;
}

const TAG_BYTES = 16;
const HEADER = 4;
const MAX_FRAME = 8 * 1024 * 1024;

interface Session {
  readonly socket: Socket;
  readonly key: Buffer | null;
  sent: number;
  received: number;
  pending: Buffer[];
  pendingBytes: number;
}

/**
 * A full mesh of TCP connections on loopback: frames of four bytes of length and a message. With session keys each frame
 * ends in an HMAC-SHA-256 tag of 128 bits over its number and content, under a key that only its two ends have: what
 * Castro and Liskov's authenticators give each receiver, and the records of a TLS session too.
 */
export class ReplicaLinks {
  readonly #self: string;
  readonly #onMessage: (from: string, bytes: Uint8Array) => void;
  readonly #sessions = new Map<string, Session>();
  readonly #server: Server;
  /** Every byte given to a socket, frame headers and tags included. */
  wireBytes = 0;
  frames = 0;
  /** Frames with a wrong tag. */
  refused = 0;

  constructor(self: string, onMessage: (from: string, bytes: Uint8Array) => void) {
    this.#self = self;
    this.#onMessage = onMessage;
    this.#server = createServer();
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as { port: number }).port;
  }

  /** Connects to the members before us in the list, and waits for those after us. */
  async join(contacts: readonly Contact[], sessionKey: (peer: string) => Buffer | null): Promise<void> {
    const place = contacts.findIndex(({ id }) => id === this.#self);
    const complete = new Promise<void>((resolve) => {
      const check = (): void => {
        if (this.#sessions.size === contacts.length - 1) resolve();
      };
      this.#server.on('connection', (socket) => {
        socket.once('data', (name) => {
          const peer = name.toString();
          socket.write('.');
          this.#take(peer, socket, sessionKey(peer));
          check();
        });
      });
      for (const { id, port } of contacts.slice(0, place)) {
        const socket = connect(port, '127.0.0.1', () => socket.write(this.#self));
        socket.once('data', () => {
          this.#take(id, socket, sessionKey(id));
          check();
        });
      }
      check();
    });
    await complete;
  }

  #take(peer: string, socket: Socket, key: Buffer | null): void {
    const session: Session = { socket, key, sent: 0, received: 0, pending: [], pendingBytes: 0 };
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (chunk) => this.#read(peer, session, chunk));
    this.#sessions.set(peer, session);
  }

  #read(peer: string, session: Session, chunk: Buffer): void {
    session.pending.push(chunk);
    session.pendingBytes += chunk.length;
    const first = session.pending[0]!;
    if (first.length >= HEADER && session.pendingBytes < HEADER + first.readUInt32BE(0)) return;
    let bytes = session.pending.length === 1 ? first : Buffer.concat(session.pending);
    while (bytes.length >= HEADER) {
      const length = bytes.readUInt32BE(0);
      if (length > MAX_FRAME) return void session.socket.destroy();
      if (bytes.length < HEADER + length) break;
      this.#open(peer, session, bytes.subarray(HEADER, HEADER + length));
      bytes = bytes.subarray(HEADER + length);
    }
    session.pending = bytes.length === 0 ? [] : [bytes];
    session.pendingBytes = bytes.length;
  }

  #open(peer: string, session: Session, frame: Buffer): void {
    if (session.key === null) return this.#onMessage(peer, new Uint8Array(frame));
    const content = frame.subarray(0, Math.max(0, frame.length - TAG_BYTES));
    const tag = tagOf(session.key, session.received++, content);
    const given = frame.subarray(content.length);
    if (given.length === TAG_BYTES && timingSafeEqual(given, tag)) this.#onMessage(peer, new Uint8Array(content));
    else this.refused++;
  }

  send(to: string, bytes: Uint8Array): void {
    if (to !== 'all') return this.#write(this.#sessions.get(to), bytes);
    for (const session of this.#sessions.values()) this.#write(session, bytes);
  }

  #write(session: Session | undefined, bytes: Uint8Array): void {
    if (session === undefined) return;
    const { socket, key } = session;
    const tag = key === null ? null : tagOf(key, session.sent++, bytes);
    const header = Buffer.allocUnsafe(HEADER);
    header.writeUInt32BE(bytes.length + (tag?.length ?? 0), 0);
    if (session.socket.writableCorked === 0) {
      socket.cork();
      setImmediate(() => socket.uncork());
    }
    socket.write(header);
    socket.write(bytes);
    if (tag !== null) socket.write(tag);
    this.wireBytes += HEADER + bytes.length + (tag?.length ?? 0);
    this.frames++;
  }
}

function tagOf(key: Buffer, number: number, content: Uint8Array): Buffer {
  const place = Buffer.allocUnsafe(8);
  place.writeBigUInt64BE(BigInt(number), 0);
  return createHmac('sha256', key).update(place).update(content).digest().subarray(0, TAG_BYTES);
}

/** X25519 and HKDF: the same for both ends of a pair, and for nobody else. */
export function sessionKeyOf(privateKey: KeyObject, publicKey: KeyObject, pair: readonly [string, string]): Buffer {
  const secret = diffieHellman({ privateKey, publicKey });
  return Buffer.from(hkdfSync('sha256', secret, '', `session ${[...pair].sort().join(' ')}`, 32));
}
