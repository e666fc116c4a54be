/**
 * Node's http and https without an `import`: for a module, Node reads every export of `node:http` at once, and one of them
 * (WebSocket) loads undici. Measured: 21 ms instead of 2, which is half of what "nothing to do" may cost.
 */
export const http: typeof import('node:http') = process.getBuiltinModule('node:http');

/** These bring OpenSSL's contexts along, so they are loaded with the first address that needs them. */
export const https = (): typeof import('node:https') => process.getBuiltinModule('node:https');
export const tls = (): typeof import('node:tls') => process.getBuiltinModule('node:tls');
