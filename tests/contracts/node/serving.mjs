// How peers listen: a port of their own, JSON in and out, a first line that tells where.
import { createServer } from 'node:http';

export async function serve(routes, { tell = {}, fallback } = {}) {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, `http://${request.headers.host}`);
    const route = routes[url.pathname];
    if (!route && fallback) return fallback(request, response);
    try {
      if (!route) throw Object.assign(new Error('no such path'), { status: 404 });
      answer(response, await route(await asked(request, url)));
    } catch (error) {
      console.error(error);
      const told = { error: error.error ?? error.code ?? error.message, cause: error.cause };
      response.writeHead(error.status ?? 500, { 'content-type': 'application/json' });
      response.end(JSON.stringify(told));
    }
  });
  await new Promise((ready) => server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', ready));
  const url = `http://127.0.0.1:${server.address().port}`;
  console.log(JSON.stringify({ url, ...(typeof tell === 'function' ? tell(url) : tell) }));
  return { server, url };
}

async function asked(request, url) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const type = request.headers['content-type'] ?? '';
  let body = {};
  if (type.includes('json') && text) body = JSON.parse(text);
  else if (type.includes('form-urlencoded')) body = Object.fromEntries(new URLSearchParams(text));
  return { url, query: Object.fromEntries(url.searchParams), body, headers: request.headers };
}

function answer(response, told) {
  const { status = 200, location } = told?.$ ?? {};
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  if (location) headers.location = location;
  response.writeHead(location ? 303 : status, headers);
  response.end(location ? '' : JSON.stringify(told ?? {}));
}
