/**
 * Node's http and https without an `import`: for a module, Node reads every export of `node:http` at once, and one of them
 * (WebSocket) loads undici. Measured: 21 ms instead of 2, which is half of what "nothing to do" may cost.
 */
export const http: typeof import('node:http') = process.getBuiltinModule('node:http');
export const https: typeof import('node:https') = process.getBuiltinModule('node:https');
