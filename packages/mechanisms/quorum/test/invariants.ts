import type { Invariant } from '@hypersync/testkit/consensus';
import { Quorum } from '../src/quorum.ts';
import { compareTags, type Tag } from '../src/register.ts';

/** The tags of a replica never go back while it lives. */
export function tagsGrow(): Invariant {
  return {
    name: 'tags of a replica grow',
    start() {
      const last = new Map<string, Map<string, Tag>>();
      return (_nodes, changed) => {
        if (!(changed.mechanism instanceof Quorum)) return null;
        const place = `${changed.id}/${changed.incarnation}`;
        const before = last.get(place) ?? new Map<string, Tag>();
        for (const [key, tag] of changed.mechanism.tags()) {
          const known = before.get(key);
          if (known !== undefined && compareTags(tag, known) < 0)
            return `${changed.id}: the tag of ${key} went from ${known.ts}.${known.writer} to ${tag.ts}.${tag.writer}`;
          before.set(key, tag);
        }
        last.set(place, before);
        return null;
      };
    },
  };
}
