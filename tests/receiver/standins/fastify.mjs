// @ts-nocheck: it stands in for a package that brings its types itself.
// As much of Fastify as docs/receivers.md uses: what its documentation says of content type parsers and of a reply.
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';

export default function Fastify() {
  const routes = new Map();
  // Its own parser makes an object of JSON.
  const parsers = new Map([['application/json', (_request, body, done) => done(null, JSON.parse(body))]]);
  async function answer(message, response) {
    const body = await buffer(message);
    const request = { headers: message.headers };
    await new Promise((resolve, reject) => {
      parsers.get(message.headers['content-type'])(request, body, (error, parsed) => {
        request.body = parsed;
        if (error) reject(error);
        else resolve();
      });
    });
    await routes.get(message.url)(request, replyOver(response));
  }
  return {
    addContentTypeParser(type, { parseAs }, parse) {
      if (parseAs !== 'buffer') throw new Error('the stand-in knows only buffers');
      parsers.set(type, parse);
    },
    post: (path, handler) => void routes.set(path, handler),
    async listen() {
      const server = createServer((message, response) => void answer(message, response));
      server.listen(0, '127.0.0.1', () => process.stdout.write(`fastify ${server.address().port}\n`));
    },
  };
}

function replyOver(response) {
  const reply = {
    code(status) {
      response.statusCode = status;
      return reply;
    },
    type(name) {
      response.setHeader('content-type', name);
      return reply;
    },
    send(body) {
      response.end(body);
      return reply;
    },
  };
  return reply;
}
