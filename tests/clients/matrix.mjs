// Every client × every case: through the gateway, and where it means something straight to the model server as well, compared.
//
//   GATEWAY_URL=… GATEWAY_KEY=… UPSTREAM_URL=… node matrix.mjs [WORD…]     WORDs choose lines that contain all of them
//
// Prints a line for each case and ends with "N passed, N failed"; status 1 if any failed. A case is a row of `cases`; its fields:
//
//   ops       which operations of clients.mjs it is about: each that a client has is run
//   model     what the model server does (upstream.mjs)
//   expect    what the result through the gateway must be like (see `unlike`)
//   same      which parts of the result are equal without the gateway; false: none, and nothing is asked there
//   patience, key, more (behind the prompt), abortAfter (ms), abortAt and leaveAt (pieces), except (clients)
import { isDeepStrictEqual } from 'node:util';
import { AFTER_TOOL, CALL, LONG, MODELS, PIECES, USAGE, VALUE, VECTOR } from './upstream.mjs';

process.env.OPENAI_LOG = process.env.ANTHROPIC_LOG = 'off';   // errors are what is tested here
process.env.LANGSMITH_TRACING = process.env.LANGCHAIN_TRACING_V2 = 'false';
globalThis.AI_SDK_LOG_WARNINGS = false;
const { clients, told } = await import('./clients.mjs');
const { wireChecks, lastCheck } = await import('./wire.mjs');

const CASE_MS = 20_000;
const ALL_MS = 80_000;
const AT_ONCE = 8;   // most of a case is waiting

const trim = url => url.replace(/\/+$/, '').replace(/\/v1$/, '');
const servers = {
  gateway: { url: trim(needed('GATEWAY_URL')), key: needed('GATEWAY_KEY') },
  upstream: { url: trim(needed('UPSTREAM_URL')), key: 'sk-direct' },
};

// ---- The cases -------------------------------------------------------------------------------------------------------------------------------

const PLAIN = ['ask', 'embed'];
const STREAMS = ['stream', 'helper', 'toolsStream', 'jsonStream'];
const TEXT = { text: PIECES.join(''), finish: 'stop', usage: USAGE, id: id => id !== false };
const refused = (status, attempts, more = {}) => ({ answer: undefined, error: { kind: 'status', status, ...more }, attempts });
const serverSays = status => refused(status, 1, { message: new RegExp(`the model server says ${status}`) });
/** The rule of all cuts: whoever got half an answer is told so. */
const fault = { answer: undefined, error: error => error !== undefined && !['half', 'late', 'abort'].includes(error.kind) };
const patient = { maxRetries: 0 };
const short = { timeout: 500, maxRetries: 0 };
const soon = ms => ms < 5000;
const waited = gap => gap > 900 && gap < 6000;
/** Only its abort signal stops a request of `ai`: who just stops reading has it run on. */
const readsOn = ['ai/chat', 'ai/completions'];

/** Google's library skips no comments, has no mark of a stream's end, calls its own timeout an abort, and leaves the connection open when its reader walks away. */
const google = ['google/gemini'];

const cases = [
  { name: 'chat', ops: ['ask'], model: 'ok', expect: { answer: TEXT, attempts: 1 } },
  { name: 'long prompt with odd characters', ops: PLAIN, model: 'ok', more: `\u0000 \ud800 \u2028 \\ " ${'ü😀'.repeat(200_000)}`, expect: { error: undefined, attempts: 1 } },
  { name: 'long answer', ops: ['ask', 'stream', 'helper'], model: 'long', expect: { answer: { ...TEXT, text: LONG.join('') }, attempts: 1 } },
  { name: 'embedding', ops: ['embed'], model: 'ok', expect: { answer: { vectors: ([first]) => isDeepStrictEqual(first, VECTOR) }, attempts: 1 } },
  { name: 'count tokens', ops: ['count'], model: 'ok', expect: { answer: { tokens: USAGE[0] }, attempts: 1 } },
  { name: 'models', ops: ['list'], expect: { answer: { models: list => isDeepStrictEqual(list.map(one => one.id), MODELS) } } },
  { name: 'one model', ops: ['retrieve'], model: 'ok', expect: { answer: { id: 'ok' } } },
  { name: 'one model, unknown', ops: ['retrieve'], model: 'nobody-has-it', same: false, expect: refused(404, 0) },

  { name: 'stream', ops: ['stream', 'helper'], model: 'ok', expect: { answer: TEXT, pieces: PIECES, attempts: 1 } },
  { name: 'stream in odd bytes', ops: ['stream', 'helper'], model: 'odd', except: google, expect: { answer: TEXT, pieces: PIECES, attempts: 1 } },
  { name: 'stream without [DONE]', ops: ['stream', 'helper'], model: 'no-done', expect: { answer: TEXT, pieces: PIECES, attempts: 1 } },
  { name: 'stream whose server lingers', ops: ['stream', 'helper'], model: 'lingers', same: false, except: google, expect: { answer: TEXT, took: soon } },

  { name: 'tools', ops: ['tools', 'toolsStream'], model: 'tools', expect: { answer: { call: CALL, text: AFTER_TOOL.join('') }, attempts: 2 } },
  { name: 'image', ops: ['image'], model: 'image', expect: { answer: { text: PIECES.join('') }, attempts: 1 } },
  { name: 'two answers with log-probabilities', ops: ['several', 'severalStream'], model: 'ok', expect: { answer: { texts: [TEXT.text, TEXT.text], tokens: [PIECES, PIECES] }, attempts: 1 } },
  { name: 'structured output', ops: ['json', 'jsonStream'], model: 'json', expect: { answer: { value: VALUE }, attempts: 1 } },

  { name: '401 by the gateway: wrong key', ops: [...PLAIN, 'stream', 'list', 'count'], model: 'ok', key: broken(servers.gateway.key), same: false, expect: refused(401, 0) },
  { name: '401 by the gateway: no key of its', ops: [...PLAIN, 'stream'], model: 'ok', key: 'sk-something-else', same: false, expect: refused(401, 0) },
  { name: '404 by the gateway: no such model', ops: [...PLAIN, 'stream'], model: 'nobody-has-it', same: false, expect: refused(404, 0) },
  { name: '401', ops: [...PLAIN, 'stream'], model: 'e401', expect: serverSays(401) },
  { name: '403', ops: [...PLAIN, 'stream', 'count'], model: 'e403', expect: serverSays(403) },
  { name: '404', ops: [...PLAIN, 'stream'], model: 'e404', expect: serverSays(404) },
  { name: '429, then an answer', ops: PLAIN, model: 'e429', expect: { error: undefined, attempts: 2, gap: waited } },
  { name: '429, then a stream', ops: ['stream'], model: 'e429', expect: { answer: TEXT, attempts: 2, gap: waited } },
  { name: '429 that names no time', ops: PLAIN, model: 'e429-bare', same: false, expect: { error: undefined, attempts: 2, gap: waited } },
  { name: '500, twice', ops: PLAIN, model: 'e500', expect: refused(500, 2) },
  { name: '502: reset before the answer', ops: [...PLAIN, 'stream'], model: 'reset', patience: patient, same: false, expect: { answer: undefined, error: { kind: 'status', status: 502 } } },

  { name: 'stream cut in the middle', ops: STREAMS, model: 'cut', same: false, expect: fault },
  { name: 'stream cut inside an event', ops: STREAMS, model: 'cut-inside', same: false, expect: fault },
  { name: 'stream cut before its first event', ops: STREAMS, model: 'cut-early', same: false, expect: fault },
  { name: 'stream that ends cleanly too early', ops: STREAMS, model: 'cut-clean', same: false, expect: fault },
  { name: 'long stream cut in the middle', ops: STREAMS, model: 'cut-long', same: false, expect: fault },
  { name: 'stream with an error in it', ops: STREAMS, model: 'error-event', same: false, expect: fault },
  { name: 'stream with an error in it, then [DONE]', ops: STREAMS, model: 'error-done', same: false, expect: fault },
  { name: 'answer cut in the middle', ops: [...PLAIN, 'tools', 'json'], model: 'cut', same: false, patience: patient, expect: fault },
  { name: 'answer that ends cleanly too early', ops: [...PLAIN, 'tools', 'json'], model: 'cut-clean', same: false, patience: patient, expect: fault },

  { name: 'timeout', ops: [...PLAIN, 'stream'], model: 'slow', patience: short, except: google, expect: { error: { kind: 'timeout' }, attempts: 1, end: 'gone', took: soon } },
  { name: 'abort before the first byte', ops: [...PLAIN, 'stream'], model: 'slow', patience: patient, abortAfter: 300, except: ['langchain/embeddings'] /* takes no signal */, expect: { error: { kind: 'abort' }, attempts: 1, end: 'gone', took: soon } },
  { name: 'abort in a stream', ops: ['stream', 'helper'], model: 'drip', abortAt: 2, same: ['error', 'asked', 'attempts'], expect: { attempts: 1, end: 'gone', took: soon } },
  { name: 'walking away from a stream', ops: ['stream'], model: 'drip', leaveAt: 2, except: [...readsOn, ...google], same: ['error', 'asked', 'attempts'], expect: { error: undefined, attempts: 1, end: 'gone', took: soon } },

  { name: 'chat, after all that', ops: ['ask'], model: 'ok', expect: { answer: TEXT, attempts: 1 }, last: true },
];

// ---- Running a case --------------------------------------------------------------------------------------------------------------------------

/** One operation of one client on one side. The result: answer or error, pieces, what was asked, attempts, gap between them, end, took. */
async function run(client, row, op, side) {
  const tag = `${client}/${row.name.replace(/[^\w]+/g, '-')}/${op}/${side}`;
  const server = { ...servers[side], ...(row.key ? { key: row.key } : {}) };
  const aborter = new AbortController();
  const pieces = [];
  const hooks = {
    signal: aborter.signal,
    piece(text) {
      pieces.push(text);
      if (pieces.length === row.abortAt) {
        aborter.abort();
      }

      return pieces.length === row.leaveAt;
    },
  };
  const abort = row.abortAfter && setTimeout(() => aborter.abort(), row.abortAfter);
  const began = performance.now();
  let [answer, error] = [];
  try {
    const operations = clients[client](server, { maxRetries: 1, ...row.patience });
    answer = plain(await within(CASE_MS, operations[op]({ model: row.model, prompt: `say hello #${tag}#${row.more ?? ''}` }, hooks)));
  } catch (thrown) {
    error = plain(thrown.late ? { kind: 'late', message: thrown.message } : told(thrown));
  }

  clearTimeout(abort);
  const took = Math.round(performance.now() - began);
  const seen = await seenBy(tag, row.expect.end !== undefined);
  const gap = seen.length > 1 ? seen[1].at - seen[0].at : undefined;
  return { answer, error, pieces, asked: seen.map(one => one.what), attempts: seen.length, gap, end: seen.at(-1)?.end, took };
}

/** What the model server saw under a tag; waits until it is over where that is asked. */
async function seenBy(tag, over) {
  for (let tries = 0; ; tries++) {
    const seen = await (await fetch(`${servers.upstream.url}/seen/${encodeURIComponent(tag)}`)).json();
    if (!over || tries === 30 || seen.length > 0 && seen.every(one => one.end !== 'open')) {
      return seen;
    }

    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

async function check(client, row, op) {
  const here = await run(client, row, op, 'gateway');
  const complaint = unlike(row.expect, here, '');
  if (complaint) {
    return brief(`${complaint}; the result: ${JSON.stringify(here)}`);
  }

  if (row.same !== false) {
    const there = await run(client, row, op, 'upstream');
    const differs = (row.same ?? ['answer', 'error', 'pieces', 'asked', 'attempts']).find(part => !isDeepStrictEqual(here[part], there[part]));
    return differs && `${differs} through the gateway: ${brief(JSON.stringify(here[differs]))}, without it: ${brief(JSON.stringify(there[differs]))}`;
  }
}

/** What of `actual` is not as `wanted`: objects by the fields that are named, functions are asked, expressions matched, the rest is equal. */
function unlike(wanted, actual, path) {
  if (typeof wanted === 'function') {
    return wanted(actual) ? undefined : `${path} is ${JSON.stringify(actual)}`;
  }

  if (wanted instanceof RegExp) {
    return wanted.test(actual) ? undefined : `${path} is ${JSON.stringify(actual)}, not like ${wanted}`;
  }

  if (wanted && typeof wanted === 'object' && !Array.isArray(wanted) && actual && typeof actual === 'object') {
    return Object.keys(wanted).map(name => unlike(wanted[name], actual[name], path ? `${path}.${name}` : name)).find(Boolean);
  }

  return isDeepStrictEqual(wanted, actual) ? undefined : `${path} is ${JSON.stringify(actual)}, not ${JSON.stringify(wanted)}`;
}

/** A long answer is not shown whole. */
function brief(text) {
  return text?.length > 2000 ? `${text.slice(0, 1000)} … ${text.slice(-800)}` : text;
}

/** Plain data, so that equal means equal. */
function plain(value) {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(Object.assign(new Error(`still waiting after ${ms} ms`), { late: true })), ms); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function needed(name) {
  if (!process.env[name]) {
    console.error(`matrix: ${name} is not set`);
    process.exit(2);
  }

  return process.env[name];
}

/** A key with one character changed: its checksum no longer fits. */
function broken(key) {
  const middle = key.length >> 1;
  return key.slice(0, middle) + (key[middle] === 'a' ? 'b' : 'a') + key.slice(middle + 1);
}

// ---- Running all -----------------------------------------------------------------------------------------------------------------------------

const words = process.argv.slice(2);
const chosen = job => words.every(word => `${job.client} ${job.name}`.includes(word));
const jobs = [];
for (const [client, driver] of Object.entries(clients)) {
  const has = Object.keys(driver(servers.gateway, {}));
  for (const row of cases.filter(row => !row.except?.includes(client))) {
    for (const op of row.ops.filter(op => has.includes(op))) {
      jobs.push({ client, name: `${row.name} (${op})`, run: () => check(client, row, op), last: row.last });
    }
  }
}

jobs.push(...wireChecks(servers), { ...lastCheck(servers), last: true });

const strays = [];   // what nobody caught is a fault too: it would end a customer's process
process.on('unhandledRejection', thrown => strays.push(String(thrown?.stack ?? thrown)));

async function runAll(list) {
  const queue = [...list];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let job = queue.shift(); job; job = queue.shift()) {
      try {
        job.complaint = await within(2.5 * CASE_MS, job.run()) ?? null;
      } catch (thrown) {
        job.complaint = `the suite itself failed: ${[thrown, thrown?.cause].filter(Boolean).join(': ')}`;
      }
    }
  }));
}

const began = performance.now();
const list = jobs.filter(chosen);
try {
  await within(ALL_MS, (async () => {
    await runAll(list.filter(job => !job.last));
    await runAll(list.filter(job => job.last));
  })());
} catch {
  console.error(`matrix: not done after ${ALL_MS / 1000} seconds`);
}

for (const job of list) {
  job.complaint = job.complaint === undefined ? 'it was not run to its end' : job.complaint;
  console.log(job.complaint === null ? `ok   ${job.client} ${job.name}` : `FAIL ${job.client} ${job.name}: ${job.complaint}`);
}

for (const stray of strays) {
  console.log(`FAIL suite a rejection that nobody handles: ${stray.replaceAll('\n', ' | ')}`);
}

const failed = list.filter(job => job.complaint !== null).length + strays.length;
console.log(`in ${((performance.now() - began) / 1000).toFixed(1)} s`);
console.log(`${list.filter(job => job.complaint === null).length} passed, ${failed} failed`);
process.exit(failed > 0 || list.length === 0 ? 1 : 0);
