// @ts-nocheck: it stands in for a package that brings its types itself.
// As much of Express as docs/receivers.md uses: what its documentation says of `express.raw` and of a response.
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';

export default function express() {
  const routes = new Map();
  return {
    post: (path, ...handlers) => void routes.set(path, handlers),
    listen() {
      const server = createServer((request, response) => {
        const [first, ...rest] = routes.get(request.url);
        // As a body that no parser has taken.
        request.body = undefined;
        first(request, extended(response), () => rest[0](request, response));
      });
      server.listen(0, '127.0.0.1', () => process.stdout.write(`express ${server.address().port}\n`));
    },
  };
}

/** "A new body object containing the parsed data is populated on the request", a Buffer, where the type matches. */
express.raw =
  ({ type }) =>
  (request, _response, next) => {
    if (request.headers['content-type'] !== type) return next();
    void buffer(request).then((body) => {
      request.body = body;
      next();
    });
  };

const extended = (response) =>
  Object.assign(response, {
    status(code) {
      response.statusCode = code;
      return response;
    },
    type(name) {
      response.setHeader('content-type', name === 'json' ? 'application/json' : name);
      return response;
    },
    send: (body) => response.end(body),
  });
