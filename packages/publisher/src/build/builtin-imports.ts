import { isBuiltin } from 'node:module';

/**
 * Takes Node's own modules by `process.getBuiltinModule` instead of by `import`. An import makes Node read every export of
 * the module at once, getters that load half of Node among them: `node:fs`, `node:process` and `node:http` cost a start 3,
 * 3 and 14 ms that way, and next to nothing without. The same for what bundled CommonJS requires, which would bring up
 * Node's loader for CommonJS. An import for its effects stays what it is.
 */
export async function takeBuiltinsDirectly(name: string, code: string): Promise<string> {
  const { parseSync } = await import('rolldown/utils');
  const { module, program } = parseSync(name, code, { lang: 'js', sourceType: 'module' });
  const edits: Edit[] = [];
  for (const { start, end, moduleRequest, entries } of module.staticImports) {
    if (!isBuiltin(moduleRequest.value) || entries.length === 0) continue;
    const bindings = entries.map(({ importName, localName }): Binding => {
      const isNamed = importName.kind === 'Name' && importName.name !== 'default';
      return { local: localName.value, imported: isNamed ? (importName.name ?? localName.value) : null };
    });
    edits.push({ start, end, text: declarations(moduleRequest.value, bindings) });
  }
  for (const { start, end, id } of requiresIn(program)) if (isBuiltin(id)) edits.push({ start, end, text: taken(id) });
  let text = code;
  // From the end, so that the places before stay where they are.
  for (const edit of edits.toSorted((a, b) => b.start - a.start)) {
    text = `${text.slice(0, edit.start)}${edit.text}${text.slice(edit.end)}`;
  }
  return text;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface Binding {
  readonly local: string;
  /** Null for the module as a whole: its default export is the same object as its namespace has. */
  readonly imported: string | null;
}

const taken = (id: string): string => `globalThis.process.getBuiltinModule(${JSON.stringify(id)})`;

function declarations(id: string, bindings: readonly Binding[]): string {
  const whole = bindings
    .filter(({ imported }) => imported === null)
    .map(({ local }) => `const ${local} = ${taken(id)};`);
  const named = bindings
    .filter(({ imported }) => imported !== null)
    .map(({ local, imported }) => (local === imported ? local : `${imported}: ${local}`));
  return [...whole, ...(named.length === 0 ? [] : [`const { ${named.join(', ')} } = ${taken(id)};`])].join('\n');
}

/** Calls of `__require("id")`, which is what the bundler makes of a `require` that it leaves to Node. */
function requiresIn(node: unknown): { readonly start: number; readonly end: number; readonly id: string }[] {
  if (typeof node !== 'object' || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(requiresIn);
  const {
    type,
    callee,
    arguments: args,
    start,
    end,
  } = node as {
    readonly type?: string;
    readonly callee?: { readonly name?: string };
    readonly arguments?: readonly { readonly value?: unknown }[];
    readonly start: number;
    readonly end: number;
  };
  const id = type === 'CallExpression' && callee?.name === '__require' && args?.length === 1 ? args[0]?.value : null;
  if (typeof id === 'string') return [{ start, end, id }];
  return Object.values(node).flatMap(requiresIn);
}
