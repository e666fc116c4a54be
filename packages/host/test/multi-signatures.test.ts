import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MultiSignatureManager, WeightedVotingSystem } from '@hypersync/governance';
import { multiSignatureDriver, newMultiSignatureKey } from '../src/multi-signatures.ts';

const IDS = ['a', 'b', 'c', 'd'];
const HASH = new Uint8Array(32).fill(7);

/** Four members with real keys; everybody has a manager, only a driver has a private key. */
function committee() {
  const voting = new WeightedVotingSystem();
  for (const id of IDS) voting.registerNode(id, 50_000n);
  voting.calculateWeights();
  const members = IDS.map((id) => ({ id, ...newMultiSignatureKey() }));
  const drivers = new Map(members.map(({ id, privateKey }) => [id, multiSignatureDriver(privateKey)]));
  const manager = (): MultiSignatureManager => {
    const made = new MultiSignatureManager({
      members: voting.weightTable()!,
      config: { domain: 'test', threshold: 3 },
    });
    for (const { id, publicKey } of members) made.registerPublicKey(id, publicKey);
    return made;
  };
  return { drivers, manager };
}

describe('multi-signatures of ML-DSA-87 with keys and threads of Node', () => {
  it('three of four sign, anybody checks the aggregate, and one changed byte is found', async () => {
    const { drivers, manager } = committee();
    const collecting = manager();
    collecting.openAggregation(HASH);
    for (const signer of ['a', 'c', 'd']) {
      const signature = await drivers.get(signer)!.sign(collecting.bytesToSign(HASH));
      const request = collecting.addPartialSignature(HASH, { signer, signature });
      if (typeof request === 'string') throw new TypeError(request);
      const valid = await drivers.get('b')!.verify(request);
      expect(collecting.answerVerification(request.id, valid)).toMatchObject({ kind: 'partial', signer, valid: true });
    }
    const aggregate = collecting.finalizeAggregation(HASH)!;
    expect(aggregate.partials.map(({ signer }) => signer)).toEqual(['a', 'c', 'd']);
    const verdicts = async (signature: Uint8Array): Promise<boolean[]> => {
      const partials = aggregate.partials.map((partial, i) => (i === 1 ? { ...partial, signature } : partial));
      const asked = manager().verifyAggregatedSignature({ ...aggregate, partials });
      if (typeof asked === 'string') throw new TypeError(asked);
      return Promise.all(asked.requests.map(async (request) => drivers.get('b')!.verify(request)));
    };
    const genuine = aggregate.partials[1]!.signature;
    expect(await verdicts(genuine)).toEqual([true, true, true]);
    const changed = genuine.slice();
    changed[100]! ^= 1;
    expect(await verdicts(changed)).toEqual([true, false, true]);
  });

  it('what is no key and no signature is not valid, and does not throw', async () => {
    const { privateKey, publicKey } = newMultiSignatureKey();
    const { sign, verify } = multiSignatureDriver(privateKey);
    const message = Uint8Array.of(1, 2, 3);
    const signature = await sign(message);
    const ask = (key: Uint8Array, bytes: Uint8Array) =>
      verify({ id: 1, signer: 'a', publicKey: key, message, signature: bytes });
    expect(await ask(publicKey, signature)).toBe(true);
    expect(await ask(publicKey.subarray(1), signature)).toBe(false);
    expect(await ask(new Uint8Array(0), signature)).toBe(false);
    expect(await ask(publicKey, signature.subarray(1))).toBe(false);
    expect(await ask(publicKey, new Uint8Array(0))).toBe(false);
    expect(await ask(newMultiSignatureKey().publicKey, signature)).toBe(false);
  });

  it('computes in the pool: the thread of the node goes on meanwhile', async () => {
    const { privateKey, publicKey } = newMultiSignatureKey();
    const { sign, verify } = multiSignatureDriver(privateKey);
    const message = new Uint8Array(1000);
    const signature = await sign(message);
    const order: string[] = [];
    setImmediate(() => order.push('the next turn'));
    const ask = async (id: number) => verify({ id, signer: 'a', publicKey, message, signature });
    const answers = Array.from({ length: 100 }, (_, id) => ask(id).then((valid) => order.push(`valid: ${valid}`)));
    await Promise.all(answers);
    expect(order.filter((what) => what === 'valid: true')).toHaveLength(100);
    expect(order.at(-1)).not.toBe('the next turn');
    expect(order).toContain('the next turn');
  });

  it('takes no key of another kind', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    expect(() => multiSignatureDriver(privateKey)).toThrow(/ML-DSA-87/);
  });
});
