/** How far counts are from what the shares (which sum to 1) let expect. */
export function chiSquare(counts: readonly number[], shares: readonly number[]): number {
  const total = counts.reduce((a, b) => a + b, 0);
  return counts.reduce((sum, count, i) => sum + (count - total * shares[i]!) ** 2 / (total * shares[i]!), 0);
}

/** What chance exceeds once in a million times (Wilson, Hilferty 1931; 4.753 is that quantile of the normal distribution). */
export function chiSquareBound(degrees: number): number {
  return degrees * (1 - 2 / (9 * degrees) + 4.753 * Math.sqrt(2 / (9 * degrees))) ** 3;
}
