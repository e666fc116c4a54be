/** An operation with its place in an order that the mechanism itself has named. */
export interface Placed<Place> {
  readonly id: number;
  readonly call: number;
  /** Null when no answer came. */
  readonly return: number | null;
  readonly place: Place;
  /** Writes take a place of their own; reads share the place of what they saw. */
  readonly own: boolean;
}

/**
 * Does the named order respect real time? What was answered before an operation was called must not come after it, and
 * not in its very place where it has one of its own. If so, the order is a linearization: a proof, in one pass. Returns
 * the operation that is too early and the one that it should have seen, or null.
 */
export function realTimeProblem<Place>(
  operations: readonly Placed<Place>[],
  compare: (a: Place, b: Place) => number,
): { readonly early: Placed<Place>; readonly seen: Placed<Place> } | null {
  const byCall = operations.toSorted((a, b) => a.call - b.call);
  const byReturn = operations.filter(isAnswered).toSorted((a, b) => a.return - b.return);
  let latest: Placed<Place> | null = null;
  let done = 0;
  for (const operation of byCall) {
    for (; done < byReturn.length && byReturn[done]!.return < operation.call; done++)
      if (latest === null || compare(byReturn[done]!.place, latest.place) > 0) latest = byReturn[done]!;
    if (latest === null) continue;
    const order = compare(operation.place, latest.place);
    if (order < 0 || (order === 0 && operation.own)) return { early: operation, seen: latest };
  }
  return null;
}

function isAnswered<Place>(operation: Placed<Place>): operation is Placed<Place> & { readonly return: number } {
  return operation.return !== null;
}
