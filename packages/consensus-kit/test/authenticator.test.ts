import { describe, expect, it } from 'vitest';
import type { CryptoRequest } from '@hypersync/interface';
import {
  Authenticator,
  EffectsBuilder,
  StateWriter,
  decodeEnvelope,
  encodeEnvelope,
  type AuthenticatorOptions,
} from '../src/index.ts';

const base: AuthenticatorOptions = { self: 'a', members: ['a', 'b', 'c'], domain: 'test', epoch: 1, maxPayload: 100 };
const payload = Uint8Array.of(1, 2, 3);
const signature = Uint8Array.of(9);

function setUp(options: Partial<AuthenticatorOptions> = {}) {
  return { auth: new Authenticator<'total-order'>({ ...base, ...options }), fx: new EffectsBuilder<'total-order'>() };
}
const envelopeFrom = (signer: string, bytes = payload) => encodeEnvelope({ signer, payload: bytes, signature });
function requests(fx: EffectsBuilder<'total-order'>): readonly CryptoRequest[] {
  return fx.take().crypto;
}

describe('Authenticator', () => {
  it('sends the envelope once the signature is there, gated as asked', () => {
    const { auth, fx } = setUp();
    const gate = fx.persist([]);
    auth.send(fx, 'all', payload, { after: gate, lane: 'bulk' });
    const first = fx.take();
    expect(first.send).toEqual([]);
    const token = first.crypto[0]!.token;
    expect(auth.signed(fx, token, signature)).toEqual({ signer: 'a', payload, signature });
    expect(fx.take().send).toEqual([{ to: 'all', bytes: envelopeFrom('a'), lane: 'bulk', after: gate }]);
    expect(auth.signed(fx, token, signature)).toBeNull();
  });

  it('hands a payload on only after verification', () => {
    const { auth, fx } = setUp();
    expect(auth.receive(fx, 'b', envelopeFrom('b'))).toBeNull();
    const [request] = requests(fx);
    expect(request).toMatchObject({ op: 'verify', signer: 'b', signature });
    expect(auth.verified(request!.token, true)).toEqual({
      kind: 'message',
      from: 'b',
      signer: 'b',
      payload,
      signature,
    });
    expect(auth.verified(request!.token, true)).toBeNull();
    expect(auth.receive(fx, 'c', envelopeFrom('b'))).toMatchObject({ kind: 'message', from: 'c', signer: 'b' });
    expect(requests(fx)).toEqual([]);
  });

  it('drops and counts what is bad: signature, stranger, malformed, relayed where that is not allowed', () => {
    const { auth, fx } = setUp({ relay: false });
    auth.receive(fx, 'b', envelopeFrom('b'));
    expect(auth.verified(requests(fx)[0]!.token, false)).toBeNull();
    expect(auth.receive(fx, 'b', envelopeFrom('x'))).toBeNull();
    expect(auth.receive(fx, 'b', envelopeFrom('c'))).toBeNull();
    expect(auth.receive(fx, 'b', Uint8Array.of(255, 255))).toBeNull();
    expect(auth.receive(fx, 'b', Uint8Array.of(...envelopeFrom('b'), 0))).toBeNull();
    expect(requests(fx)).toEqual([]);
    expect(auth.dropped).toBe(5);
  });

  it('a bad signature is not remembered as good', () => {
    const { auth, fx } = setUp();
    auth.receive(fx, 'b', envelopeFrom('b'));
    auth.verified(requests(fx)[0]!.token, false);
    expect(auth.receive(fx, 'b', envelopeFrom('b'))).toBeNull();
    expect(requests(fx)).toHaveLength(1);
  });

  it('lets a flooding peer drown only itself', () => {
    const { auth, fx } = setUp({ queuePerPeer: 2 });
    for (let i = 0; i < 5; i++) auth.receive(fx, 'b', envelopeFrom('b', Uint8Array.of(i)));
    auth.receive(fx, 'c', envelopeFrom('c'));
    const asked = requests(fx);
    expect(asked).toHaveLength(3);
    expect(auth.dropped).toBe(3);
    auth.verified(asked[0]!.token, false);
    auth.receive(fx, 'b', envelopeFrom('b', Uint8Array.of(77)));
    expect(requests(fx)).toHaveLength(1);
  });

  it('signs domain and epoch with the payload', () => {
    const messages = [{}, { domain: 'other' }, { epoch: 2 }].map((options) => {
      const { auth, fx } = setUp(options);
      auth.sign(fx, payload);
      return String(requests(fx)[0]!.message);
    });
    expect(new Set(messages).size).toBe(3);
  });

  it('judges a certificate as a whole, asking only for what it has not seen', () => {
    const { auth, fx } = setUp();
    const tag = Uint8Array.of(5);
    const statements = ['b', 'c'].map((signer) => ({ signer, payload, signature }));
    expect(auth.verifyGroup(fx, 'b', tag, statements)).toBeNull();
    const asked = requests(fx);
    expect(auth.verified(asked[1]!.token, true)).toBeNull();
    expect(auth.verified(asked[0]!.token, true)).toEqual({ kind: 'group', from: 'b', tag, valid: true });
    expect(auth.verifyGroup(fx, 'b', tag, statements)).toMatchObject({ valid: true });
    expect(auth.verifyGroup(fx, 'b', tag, [{ signer: 'x', payload, signature }])).toMatchObject({ valid: false });
    const more = [...statements, { signer: 'c', payload: Uint8Array.of(0), signature }];
    expect(auth.verifyGroup(fx, 'b', tag, more)).toBeNull();
    expect(auth.verified(requests(fx)[0]!.token, false)).toMatchObject({ valid: false });
  });

  it('remembers a bounded number of statements', () => {
    const { auth, fx } = setUp({ cache: 1 });
    for (const n of [1, 2]) {
      auth.receive(fx, 'b', envelopeFrom('b', Uint8Array.of(n)));
      auth.verified(requests(fx)[0]!.token, true);
    }
    expect(auth.receive(fx, 'b', envelopeFrom('b', Uint8Array.of(2)))).not.toBeNull();
    expect(auth.receive(fx, 'b', envelopeFrom('b', Uint8Array.of(1)))).toBeNull();
  });

  it('clones without sharing, and shows all of its state', () => {
    const { auth, fx } = setUp();
    const print = (a: typeof auth) => {
      const writer = new StateWriter();
      a.writeTo(writer);
      return String(writer.finish());
    };
    auth.receive(fx, 'b', envelopeFrom('b'));
    const copy = auth.clone();
    expect(print(copy)).toBe(print(auth));
    copy.verified(requests(fx)[0]!.token, true);
    expect(print(copy)).not.toBe(print(auth));
  });

  it('decodes only envelopes within the limit', () => {
    expect(decodeEnvelope(envelopeFrom('b'), 3)).toEqual({ signer: 'b', payload, signature });
    expect(decodeEnvelope(envelopeFrom('b'), 2)).toBeNull();
  });
});
