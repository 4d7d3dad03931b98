// Records what OpenTelemetry instrumentations of the official OpenAI client export as OTLP/JSON, one export request a line:
//
//   npm ci --ignore-scripts && node record.mjs        writes recorded/*.jsonl beside this file
//
// The model server is ../clients/upstream.mjs; the questions are our own. The files are committed, so that the tests need none of these packages.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = new URL('.', import.meta.url);
const INSTRUMENTATIONS = {
  'opentelemetry-js': '@opentelemetry/instrumentation-openai',   // the project's own: counts on spans, text in log events
  'openllmetry-js': '@traceloop/instrumentation-openai',         // gen_ai.input.messages, by the conventions of 2025
  'openllmetry-js-2024': 'traceloop-before-messages',            // gen_ai.prompt.0.content and so on, as older logs have it
};

if (process.argv[2]) {
  await calls(process.argv[2], process.argv[3], process.argv[4]);
} else {
  await record();
}

async function record() {
  const model = spawn(process.execPath, [fileURLToPath(new URL('../clients/upstream.mjs', here)), '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const upstream = await new Promise(done => model.stdout.once('data', text => done(String(text).trim())));
    mkdirSync(new URL('recorded/', here), { recursive: true });
    for (const [name, module] of Object.entries(INSTRUMENTATIONS)) {
      const lines = [];
      const collector = http.createServer(async (request, response) => {
        const parts = [];
        for await (const part of request) {
          parts.push(part);
        }

        lines.push(Buffer.concat(parts).toString());
        response.setHeader('content-type', 'application/json').end('{}');
      });
      await new Promise(done => collector.listen(0, '127.0.0.1', done));
      const child = spawn(process.execPath, [fileURLToPath(import.meta.url), module, upstream, `http://127.0.0.1:${collector.address().port}/v1/traces`], { stdio: 'inherit' });
      const status = await new Promise(done => child.once('exit', done));
      collector.close();
      if (status !== 0 || lines.length === 0) {
        throw new Error(`${name}: status ${status}, ${lines.length} exports`);
      }

      // The port that the model server happened to have says nothing.
      writeFileSync(new URL(`recorded/${name}.jsonl`, here), lines.map(line => line.replaceAll(new URL(upstream).port, '8000') + '\n').join(''));
      console.log(`${name}: ${lines.length} exports`);
    }
  } finally {
    model.kill();
  }
}

/** One customer's exchanges: plain, with a system message and settings, streamed, with a tool, refused. */
async function calls(module, upstream, collector) {
  const require = createRequire(import.meta.url);   // instrumentations patch what is required
  const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
  const { SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base');
  const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-http');
  const { resourceFromAttributes } = require('@opentelemetry/resources');
  const { registerInstrumentations } = require('@opentelemetry/instrumentation');
  const { OpenAIInstrumentation } = require(module);
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop', 'client.id': 'acct-7' }),
    spanProcessors: [new SimpleSpanProcessor(new OTLPTraceExporter({ url: collector }))],
  });
  provider.register();
  const instrumentation = new OpenAIInstrumentation({ captureMessageContent: true, traceContent: true });
  registerInstrumentations({ tracerProvider: provider, instrumentations: [instrumentation] });
  const { OpenAI } = require('openai');
  if (module === INSTRUMENTATIONS['openllmetry-js-2024']) {
    instrumentation.manuallyInstrument(OpenAI);   // it patches clients of its own time only
  }

  const client = new OpenAI({ apiKey: 'none', baseURL: `${upstream}/v1`, maxRetries: 0 });
  const ask = (text, more) => client.chat.completions.create({ model: 'ok', messages: [{ role: 'user', content: text }], ...more });

  await ask('Which tree grows fastest?');
  await client.chat.completions.create({
    model: 'ok', temperature: 0.25, top_p: 0.5, max_tokens: 40,
    messages: [{ role: 'system', content: 'Answer in one "word".' }, { role: 'user', content: 'Größter Baum? 🌲' }, { role: 'assistant', content: 'Mammutbaum' }, { role: 'user', content: 'And in height?' }],
  });
  for await (const _ of await ask('Count to three.', { stream: true })) {
    // The whole stream is read.
  }

  await ask('How warm is it in Bern?', { model: 'tools', tools: [{ type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } }] });
  await ask('Never answered.', { model: 'e500' }).catch(() => undefined);
  await provider.forceFlush();
  await provider.shutdown();
}
