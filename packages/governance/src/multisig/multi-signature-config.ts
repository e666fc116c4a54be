/** What makes an aggregate valid, and the sizes of the scheme. */
export interface MultiSignatureConfig {
  /** Part of what is signed: a signature made for one purpose is worthless for another. */
  readonly domain: string;
  /** Signers at least: the t of t-of-n. */
  readonly threshold: number;
  /** Share of all weight that the signers must strictly exceed; null where heads alone count. */
  readonly weight: { readonly numerator: number; readonly denominator: number } | null;
  /** Bytes of a signature and of a public key: ML-DSA-87 (FIPS 204) unless said otherwise. */
  readonly signatureBytes: number;
  readonly publicKeyBytes: number;
  /** Messages being collected for, and foreign aggregates being verified, at a time. */
  readonly maxOpen: number;
}

export const ML_DSA_87 = { signatureBytes: 4627, publicKeyBytes: 2592 } as const;

/** Defaults filled in. Throws RangeError for a value out of range. */
export function multiSignatureConfig(
  given: Partial<MultiSignatureConfig> & Pick<MultiSignatureConfig, 'domain' | 'threshold'>,
  members: number,
): MultiSignatureConfig {
  const config = { weight: { numerator: 2, denominator: 3 }, ...ML_DSA_87, maxOpen: 64, ...given };
  const ranges = {
    threshold: [1, members],
    signatureBytes: [1, 65_536],
    publicKeyBytes: [1, 65_536],
    maxOpen: [1, 65_536],
  } as const;
  for (const [key, [min, max]] of Object.entries(ranges)) {
    const value = config[key as keyof typeof ranges];
    if (!Number.isInteger(value) || value < min || value > max)
      throw new RangeError(`multiSignature.${key}: an integer from ${min} to ${max}, not ${value}`);
  }
  if (config.domain === '' || config.domain.length > 64)
    throw new RangeError('multiSignature.domain: 1 to 64 characters');
  if (config.weight !== null) {
    const { numerator, denominator } = config.weight;
    const isFraction = Number.isInteger(numerator) && Number.isInteger(denominator) && denominator < 8192;
    if (!isFraction || numerator < 0 || numerator >= denominator)
      throw new RangeError('multiSignature.weight: a fraction below 1 of integers below 8192');
  }
  return config;
}
