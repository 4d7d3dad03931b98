// What libraries hide from those who use them: bytes, headers and the way a connection ends. The rules that clients which are not in the matrix rely on.
//
// Each check gives undefined where it holds and what was wrong where it does not.
import { MODELS } from './upstream.mjs';

const say = [{ role: 'user', content: 'say hello' }];
const anthropicHeaders = { 'anthropic-version': '2023-06-01' };
const openaiEvent = text => {
  const { error } = JSON.parse(/^data: (.*)$/.exec(text)[1]);
  return error.message && error.type && error.code && error.param === null;
};

/** Each dialect: a request, and whether an event is its way to tell of an error inside a stream. */
const dialects = {
  chat: { path: '/v1/chat/completions', body: { messages: say }, streams: true, isError: openaiEvent },
  completions: { path: '/v1/completions', body: { prompt: 'say hello' }, streams: true, isError: openaiEvent },
  responses: {
    path: '/v1/responses', body: { input: 'say hello' }, streams: true,
    isError: text => {
      const event = JSON.parse(/^event: error\ndata: (.*)$/.exec(text)[1]);
      return event.type === 'error' && event.message && event.code;
    },
  },
  messages: {
    path: '/v1/messages', body: { max_tokens: 64, messages: say }, headers: anthropicHeaders, streams: true,
    isError: text => {
      const event = JSON.parse(/^event: error\ndata: (.*)$/.exec(text)[1]);
      return event.type === 'error' && event.error.type && event.error.message && event.request_id;
    },
  },
  count_tokens: { path: '/v1/messages/count_tokens', body: { messages: say }, headers: anthropicHeaders },
  embeddings: { path: '/v1/embeddings', body: { input: 'say hello' } },
};

/** Posts a request and takes what comes, also where it breaks off. */
async function post({ url, key }, { path, body, headers }, more) {
  const response = await fetch(url + path, {
    method: 'POST', signal: AbortSignal.timeout(10_000),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers }, body: JSON.stringify({ ...body, ...more }),
  });
  const parts = [];
  let whole = true;
  try {
    for await (const part of response.body) {
      parts.push(part);
    }
  } catch {
    whole = false;
  }

  return { status: response.status, headers: response.headers, text: Buffer.concat(parts).toString(), whole };
}

const wrong = (...pairs) => pairs.filter(([holds]) => !holds).map(([, what]) => what).join('; ') || undefined;
const shown = value => JSON.stringify(value.length > 2000 ? `${value.slice(0, 1000)} … ${value.slice(-800)}` : value);

async function sameBytes({ gateway, upstream }, dialect, more) {
  const [here, there] = await Promise.all([gateway, upstream].map(server => post(server, dialect, more)));
  const id = here.headers.get('x-request-id');
  return wrong(
    [here.status === there.status, `status ${here.status}, not ${there.status}`],
    [here.headers.get('content-type') === there.headers.get('content-type'), `content-type ${here.headers.get('content-type')}, not ${there.headers.get('content-type')}`],
    [here.whole && there.whole, 'it was cut'],
    [here.text === there.text, `the bytes differ: ${shown(here.text)}, not ${shown(there.text)}`],
    [here.headers.get('x-ratelimit-remaining-requests') === null, `the provider's own x-ratelimit-remaining-requests went to a customer: ${here.headers.get('x-ratelimit-remaining-requests')}`],
    [here.headers.get('openai-processing-ms') === '5', `openai-processing-ms is ${here.headers.get('openai-processing-ms')}`],
    [/^req_./.test(id) && id !== 'req_upstream', `x-request-id is ${id}`],
    [!dialect.headers || here.headers.get('request-id') === id, `request-id is ${here.headers.get('request-id')}, x-request-id ${id}`]);
}

/** All that came from upstream is passed on, then an error event, then the connection breaks. */
async function toldOfCut({ gateway, upstream }, dialect, model, more) {
  const here = await post(gateway, dialect, { model, stream: true, ...more });
  const came = (await post(upstream, dialect, { model, stream: true, ...more })).text;
  // Who is cut off directly may lose what was on its way (a reset discards it), so that more can have come through the gateway: the error is the last event.
  const last = here.text.slice(came.length).split(/\n\n+/).map(event => event.trim()).filter(event => event !== '').at(-1) ?? '';
  let isError = false;
  try {
    isError = dialect.isError(last);
  } catch {
    // Not that event.
  }

  return wrong(
    [!here.whole, 'it ended as if it were whole'],
    [here.text.startsWith(came), `what came before the cut was changed: ${shown(here.text)}`],
    [isError, `behind it came ${shown(last)}, which is no error event of this dialect`]);
}

/** A 429 has whole seconds from 1 to 60, and the same in milliseconds. */
async function waits({ gateway }, dialect, model, seconds) {
  const { status, headers } = await post(gateway, dialect, { model });
  return wrong(
    [status === 429, `status ${status}`],
    [headers.get('retry-after') === `${seconds}`, `retry-after is ${headers.get('retry-after')}, not ${seconds}`],
    [headers.get('retry-after-ms') === `${seconds * 1000}`, `retry-after-ms is ${headers.get('retry-after-ms')}, not ${seconds * 1000}`]);
}

/** The gateway's own lasting refusals, in the caller's dialect. */
async function refuses(server, dialect, model, status) {
  const here = await post(server, dialect, { model });
  const id = here.headers.get('x-request-id');
  const body = JSON.parse(here.text);
  const error = body.error ?? {};
  return wrong(
    [here.status === status, `status ${here.status}, not ${status}`],
    [here.headers.get('content-type') === 'application/json', `content-type ${here.headers.get('content-type')}`],
    [here.headers.get('x-should-retry') === 'false', `x-should-retry is ${here.headers.get('x-should-retry')}`],
    [/^req_./.test(id), `x-request-id is ${id}`],
    dialect.headers
      ? [body.type === 'error' && error.type && error.message && body.request_id === id && here.headers.get('request-id') === id, `not Anthropic's shape: ${here.text}`]
      : [error.message && error.type && error.code && error.param === null, `not OpenAI's shape: ${here.text}`]);
}

/** The gateway's keys stay at the gateway. To be run last. */
async function keysStay({ gateway, upstream }) {
  const all = await (await fetch(`${upstream.url}/seen`)).json();
  const leaked = all.filter(one => `${one.authorization} ${one.apiKey}`.includes(gateway.key));
  return wrong([all.length > 0, 'the model server saw nothing'], [leaked.length === 0, `${leaked.length} of ${all.length} requests took a client's key to the model server`]);
}

/** All checks: { client, name, run }. */
export function wireChecks(servers) {
  const checks = [];
  const add = (client, name, run) => checks.push({ client: `wire/${client}`, name, run });
  for (const [name, dialect] of Object.entries(dialects)) {
    for (const model of ['ok', 'e401', 'e403', 'e404', 'e500']) {
      add(name, `same bytes as the model server's: ${model}`, () => sameBytes(servers, dialect, { model }));
    }

    add(name, '401 in its own shape: a wrong key', () => refuses({ ...servers.gateway, key: 'swk_live_wrong' }, dialect, 'ok', 401));
    add(name, '404 in its own shape: no such model', () => refuses(servers.gateway, dialect, 'nobody-has-it', 404));
    if (!dialect.streams) {
      continue;
    }

    for (const model of ['ok', 'odd', 'no-done', 'no-newline', 'long']) {
      add(name, `same bytes of a stream: ${model}`, () => sameBytes(servers, dialect, { model, stream: true }));
    }

    for (const model of MODELS.filter(one => one.startsWith('cut'))) {
      add(name, `error event, then abort: ${model}`, () => toldOfCut(servers, dialect, model));
    }

    add(name, '429 with an hour in it: a minute', () => waits(servers, dialect, 'e429-long', 60));
    add(name, '429 without a time: a second', () => waits(servers, dialect, 'e429-bare', 1));
  }

  add('chat', 'error event, then abort: of two answers one is whole', () => toldOfCut(servers, dialects.chat, 'half-finished', { n: 2 }));
  return checks;
}

export const lastCheck = servers => ({ client: 'wire', name: 'no client key reaches the model server', run: () => keysStay(servers) });
