// A compiler that is given one file alone, as the examples are, finds what the package does not declare.
// oxlint-disable-next-line typescript/triple-slash-reference
/// <reference path="./undici-parts.d.ts" />

/** What is used of it. Its index also loads fetch, WebSocket, caches and mocks, which takes as long as the rest of a start. */
export { default as Agent } from 'undici/lib/dispatcher/agent.js';
export { default as Client } from 'undici/lib/dispatcher/client.js';
export { default as Pool } from 'undici/lib/dispatcher/pool.js';
export { default as buildConnector } from 'undici/lib/core/connect.js';
