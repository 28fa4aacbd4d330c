// The example's service: answers with its version, its pod and the request it saw. Node.js 18 or newer, no dependencies.
'use strict';

const http = require('node:http');
const os = require('node:os');

const version = process.env.VERSION || 'unknown';
const port = Number(process.env.PORT || 3000);
const pod = process.env.POD_NAME || os.hostname(); // a pod's host name is its own name
const started = Date.now();
let served = 0;
let stopping = false;

function reply(response, status, body, headers = {}) {
  const text = JSON.stringify(body) + '\n';
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'x-version': version,
    'x-pod': pod,
    ...headers,
  });
  response.end(text);
}

function describe(request) {
  return {
    version,
    pod,
    method: request.method,
    path: request.url,
    headers: request.headers,
    remote: request.socket.remoteAddress,
    served,
    uptimeSeconds: Math.round((Date.now() - started) / 1000),
  };
}

// A whole number from the query, within bounds.
function number(url, name, fallback, max) {
  const value = Number.parseInt(url.searchParams.get(name) ?? '', 10);
  return Number.isNaN(value) ? fallback : Math.min(Math.max(value, 0), max);
}

const routes = {
  '/healthz': (request, response) => reply(response, stopping ? 503 : 200, { ok: !stopping }),

  // /slow?ms=500: answers late.
  '/slow': (request, response, url) => {
    const ms = number(url, 'ms', 1000, 60_000);
    setTimeout(() => reply(response, 200, { ...describe(request), sleptMs: ms }), ms);
  },

  // /error?status=503&percent=50: fails, always or sometimes.
  '/error': (request, response, url) => {
    const status = Math.max(number(url, 'status', 500, 599), 400);
    const fails = Math.random() * 100 < number(url, 'percent', 100, 100);
    reply(response, fails ? status : 200, fails ? { version, pod, error: status } : describe(request));
  },

  // /reset: breaks the connection without an answer.
  '/reset': (request) => request.socket.destroy(),

  // /bytes?size=1000000: a body of that many bytes.
  '/bytes': (request, response, url) => {
    const body = Buffer.alloc(number(url, 'size', 1024, 64 * 1024 * 1024), 'w');
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': body.length, 'x-version': version, 'x-pod': pod });
    response.end(body);
  },

  // /echo: the request's body comes back as it goes in.
  '/echo': (request, response) => {
    response.writeHead(200, { 'content-type': request.headers['content-type'] || 'application/octet-stream', 'x-version': version, 'x-pod': pod });
    request.pipe(response);
  },

  // /crash: the process ends as one with a bug would; the pod is restarted.
  '/crash': (request, response) => {
    response.on('finish', () => process.exit(1));
    reply(response, 200, { version, pod, crashing: true }, { connection: 'close' });
  },
};

const server = http.createServer((request, response) => {
  served += 1;
  const url = new URL(request.url, 'http://localhost');
  // While stopping, every answer tells its client to open its next connection elsewhere.
  if (stopping) response.setHeader('connection', 'close');
  const route = routes[url.pathname];
  if (route) return route(request, response, url);
  return reply(response, 200, describe(request));
});

// Longer than the idle time of the proxies in front, so that it is never this side that closes first.
server.keepAliveTimeout = 75_000;
server.headersTimeout = 80_000;

// SIGTERM: no new connections, requests under way get their answers, then the end.
function stop() {
  if (stopping) return;
  stopping = true;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  setTimeout(() => process.exit(0), 10_000).unref();
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);

server.listen(port, () => console.log(`nodejs-api ${version} in ${pod} listens on port ${port}`));
