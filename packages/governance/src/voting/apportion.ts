/** Who is to have a part, and how much in proportion to the others (exact, not negative). */
export interface Claim {
  readonly id: string;
  readonly raw: bigint;
}

/**
 * Divides `total` units in proportion to the claims, nobody above `cap` units: whoever would exceed the cap gets exactly
 * the cap, and what is left goes to the others in proportion (water-filling). Whole units by largest remainder (Hamilton),
 * ties to the lower id, so the parts sum to `total` exactly and depend on nothing but the claims. Where the cap leaves too
 * little room (`cap * n < total`) all get the same, up to one unit. Claims are sorted by id and not all zero.
 *
 * Time: every pass but the last caps at least one claim, and at most total / cap claims can be capped, so O(n) for a given
 * cap; the odd units at the end are given out by a partial sort.
 */
export function apportion(claims: readonly Claim[], total: number, cap: number): Map<string, number> {
  if (cap * claims.length <= total) return equalParts(claims, total);
  const parts = new Map<string, number>();
  let open = claims;
  let left = total;
  for (;;) {
    const sum = open.reduce((all, { raw }) => all + raw, 0n);
    // `raw / sum * left > cap`, without dividing
    const exceeds = ({ raw }: Claim): boolean => raw * BigInt(left) > BigInt(cap) * sum;
    const capped = open.filter(exceeds);
    if (capped.length === 0) {
      largestRemainder(open, sum, left, parts);
      return parts;
    }
    for (const { id } of capped) parts.set(id, cap);
    open = open.filter((claim) => !exceeds(claim));
    left -= cap * capped.length;
  }
}

function equalParts(claims: readonly Claim[], total: number): Map<string, number> {
  const base = Math.floor(total / claims.length);
  const extra = total - base * claims.length;
  return new Map(claims.map(({ id }, i) => [id, base + (i < extra ? 1 : 0)]));
}

function largestRemainder(claims: readonly Claim[], sum: bigint, total: number, parts: Map<string, number>): void {
  if (sum === 0n) {
    for (const [id, part] of equalParts(claims, total)) parts.set(id, part);
    return;
  }
  let left = total;
  const remainders = claims.map(({ id, raw }) => {
    const product = raw * BigInt(total);
    const part = Number(product / sum);
    left -= part;
    parts.set(id, part);
    return { id, remainder: product % sum };
  });
  if (left === 0) return;
  remainders.sort((a, b) => (a.remainder > b.remainder ? -1 : a.remainder < b.remainder ? 1 : a.id < b.id ? -1 : 1));
  for (const { id } of remainders.slice(0, left)) parts.set(id, parts.get(id)! + 1);
}
