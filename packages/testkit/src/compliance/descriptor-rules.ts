import { INTERFACE_VERSION, OP_KINDS, type Descriptor } from '@hypersync/interface';

/** What is wrong with a descriptor, as sentences; empty when it is sane. */
export function descriptorProblems(descriptor: Descriptor): string[] {
  const problems: string[] = [];
  const need = (ok: boolean, problem: string): void => {
    if (!ok) problems.push(problem);
  };
  const { guarantee, operations, reads, faults, capabilities, finality } = descriptor;
  need(/^[a-z][a-z0-9-]{1,63}$/.test(descriptor.id), `id "${descriptor.id}" is not lower-case words joined by dashes`);
  need(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(descriptor.version), `version "${descriptor.version}" is not semver`);
  need(
    sameMajor(descriptor.interfaceVersion),
    `interfaceVersion ${descriptor.interfaceVersion} does not fit ${INTERFACE_VERSION}`,
  );
  const kinds: readonly string[] = OP_KINDS[guarantee];
  need(operations.length > 0, 'no operations');
  need(
    operations.every((kind) => kinds.includes(kind)),
    `operations ${operations.join(', ')} are not all of class ${guarantee}`,
  );
  need(new Set(operations).size === operations.length, 'an operation is listed twice');
  need(new Set(reads).size === reads.length, 'a read level is listed twice');
  const strong = reads.includes('linearizable') || reads.includes('lease');
  need(
    !strong || guarantee === 'total-order' || guarantee === 'register',
    `class ${guarantee} cannot offer linearizable reads`,
  );
  need(!reads.includes('lease') || capabilities.leases, 'lease reads without the capability');
  for (const bound of [faults.safety, faults.liveness])
    need(
      Number.isSafeInteger(bound.numerator) &&
        Number.isSafeInteger(bound.denominator) &&
        bound.numerator >= 0 &&
        bound.denominator >= Math.max(1, bound.numerator),
      `fault bound ${bound.numerator}/${bound.denominator} is not a fraction of integers in [0, 1]`,
    );
  need(
    Number.isSafeInteger(faults.minNodes) && faults.minNodes >= 1,
    `minNodes ${faults.minNodes} is not a positive integer`,
  );
  need(
    faults.model !== 'byzantine' ||
      3 * faults.safety.numerator <= faults.safety.denominator ||
      guarantee !== 'total-order',
    'no total order is safe with a third of Byzantine weight',
  );
  need(capabilities.snapshot !== 'log' || guarantee === 'total-order', 'only total order has a log to compact');
  need(capabilities.stop !== 'stop-sign' || guarantee === 'total-order', 'only total order can decide a stop sign');
  need(
    finality !== 'immediate' || guarantee === 'total-order' || guarantee === 'register',
    `class ${guarantee} has no immediate finality`,
  );
  need(
    descriptor.validity === undefined || (guarantee === 'approximate' && descriptor.validity.length > 0),
    'validity is stated by approximate agreement only, and then not as an empty list',
  );
  return problems;
}

function sameMajor(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  const [hostMajor, hostMinor] = INTERFACE_VERSION.split('.').map(Number);
  return major === hostMajor && (minor ?? Number.NaN) <= hostMinor!;
}
