// An authorizer over HTTP for tests: what it says of a request is the last word of the path it is asked about.
'use strict';

const http = require('node:http');

const say = {
  // x-seen tells the application what was shown here.
  allow: (request, response, body) => {
    const seen = { method: request.method, path: request.url, headers: request.headers, body };
    response.writeHead(200, { 'x-user': 'ann', 'x-seen': JSON.stringify(seen), 'x-other': 'o',
                              'x-envoy-auth-headers-to-remove': 'x-secret' });
    response.end();
  },
  anonymous: (_, response) => response.end('nobody in particular'),
  deny: (_, response) => {
    response.writeHead(401, { 'x-why': 'because', 'set-cookie': ['a=1', 'b=2'], 'x-inner': 'i', 'content-type': 'text/html' });
    response.end('<b>no entry</b>');
  },
  slow: (_, response) => setTimeout(() => response.end(), 5000),
  broken: (request) => request.socket.end('this is no HTTP\r\n\r\n'),
  error: (_, response) => response.writeHead(500).end('oops'),
};

http.createServer((request, response) => {
  let body = '';
  request.on('data', (piece) => { body += piece; });
  request.on('end', () => (say[request.url.split('?')[0].split('/').pop()] ?? say.deny)(request, response, body));
}).listen(Number(process.env.PORT));
