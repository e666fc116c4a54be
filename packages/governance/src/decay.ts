/**
 * `value` halved once per `halfLife`, rounded down: whole halvings exactly, what is left of a half-life along the chord.
 * Integers only (no `Math.exp`), so that every engine agrees. All arguments are non-negative safe integers with
 * `value * halfLife` below 2^53.
 */
export function decayed(value: number, elapsed: number, halfLife: number): number {
  const halvings = Math.floor(elapsed / halfLife);
  if (halvings >= 53) return 0;
  const base = Math.floor(value / 2 ** halvings);
  const rest = elapsed - halvings * halfLife;
  return base - Math.floor((base * rest) / (2 * halfLife));
}
