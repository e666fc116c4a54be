import { isBuiltin } from 'node:module';

/**
 * Takes Node's own modules by `process.getBuiltinModule` instead of by `import`. An import makes Node read every export of
 * the module at once, getters that load half of Node among them: `node:fs`, `node:process` and `node:http` cost a start 3,
 * 3 and 14 ms that way, and next to nothing without. An import for its effects stays what it is.
 */
export async function takeBuiltinsDirectly(name: string, code: string): Promise<string> {
  const { parseSync } = await import('rolldown/utils');
  const { module } = parseSync(name, code, { lang: 'js', sourceType: 'module' });
  let text = code;
  // From the end, so that the places before stay where they are.
  for (const { start, end, moduleRequest, entries } of [...module.staticImports].reverse()) {
    if (!isBuiltin(moduleRequest.value) || entries.length === 0) continue;
    const whole = `globalThis.process.getBuiltinModule(${JSON.stringify(moduleRequest.value)})`;
    const named: string[] = [];
    const lines: string[] = [];
    for (const { importName, localName } of entries) {
      if (importName.kind === 'Name' && importName.name !== 'default') {
        const imported = importName.name ?? localName.value;
        named.push(imported === localName.value ? imported : `${imported}: ${localName.value}`);
      } else lines.push(`const ${localName.value} = ${whole};`);
    }
    if (named.length > 0) lines.push(`const { ${named.join(', ')} } = ${whole};`);
    text = `${text.slice(0, start)}${lines.join('\n')}${text.slice(end)}`;
  }
  return text;
}
