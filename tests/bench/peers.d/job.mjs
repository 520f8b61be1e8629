// What every Node adapter needs beside its queue: the POST, the pace, the receiver of webhooks, a store of statuses.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import pg from "pg";
import { Pool } from "undici";

export const env = process.env;
export const CONCURRENCY = Number(env.CONCURRENCY); // POSTs under way at once
export const RATE = Number(env.RATE); // messages a second; 0: no limit
export const CHUNK = 5000; // jobs in one bulk insert
const ATTEMPT_MS = 10_000; // as graph.timeout_ms of Posthaste

/** The jobs of a campaign: all recipients differ. */
export const jobs = (count) =>
  Array.from({ length: count }, (_, i) => ({
    intent: `m${i}`,
    to: `+1${203 + (i % 700)}555${String(100 + Math.floor(i / 700)).padStart(4, "0")}`,
  }));

export const chunks = (all) => Array.from({ length: Math.ceil(all.length / CHUNK) }, (_, i) => all.slice(i * CHUNK, (i + 1) * CHUNK));

const pool = new Pool(env.SIMULATOR, { connections: CONCURRENCY || 1, pipelining: 1, headersTimeout: ATTEMPT_MS });

/** POSTs one message; throws when it was not accepted, or when nobody can tell: the queue tries again. */
export async function post({ intent, to }, attempt) {
  const { statusCode, body } = await pool.request({
    method: "POST",
    path: `/v26.0/${env.SENDER}/messages`,
    headers: { authorization: `Bearer ${env.GRAPH_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({
      messaging_product: "whatsapp", recipient_type: "individual", to, type: "template",
      biz_opaque_callback_data: `${intent}.${attempt}`,
      template: {
        name: "order_update", language: { code: "en_US" },
        components: [{ type: "body", parameters: [{ type: "text", text: "Ana" }, { type: "text", text: intent }] }],
      },
    }),
  });
  const answer = await body.text();
  if (statusCode !== 200) throw new Error(`${statusCode} ${answer.slice(0, 200)}`);
}

let next = 0;
/** For queues without a limit of their own: resolves when the next slot has come; slots lie evenly. */
export async function pace() {
  if (!RATE) return;
  next = Math.max(next + 1000 / RATE, performance.now());
  const wait = next - performance.now();
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
}

/** Says that all is loaded, then waits for a line: starting up is not part of the measurement. */
export async function ready() {
  console.log("ready");
  await new Promise((resolve) => createInterface({ input: process.stdin }).once("line", resolve));
}

function verified(raw, signature) {
  const wanted = Buffer.from(`sha256=${createHmac("sha256", env.APP_SECRET).update(raw).digest("hex")}`);
  const given = Buffer.from(signature ?? "");
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

const statusesOf = (body) =>
  body.entry.flatMap((entry) => entry.changes.flatMap((change) => (change.value.statuses ?? []).map((s) => [s.id, s.status])));

/** The webhook receiver: verify, store, then 200. `GET /count` gives `{statuses, pending}` for the measurement. */
export function receive({ store, count }) {
  createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", async () => {
      try {
        if (request.method === "GET") return response.end(JSON.stringify(await count()));
        const raw = Buffer.concat(parts);
        if (!verified(raw, request.headers["x-hub-signature-256"])) return response.writeHead(401).end();
        await store(statusesOf(JSON.parse(raw)));
        response.end();
      } catch (error) {
        console.error(error);
        response.writeHead(500).end();
      }
    });
  }).listen(Number(env.WEBHOOK_PORT), "127.0.0.1", () => console.log("ready"));
}

/** Statuses in a table of their own, each once. */
export async function receiveIntoPostgres(pending) {
  const db = new pg.Pool({ connectionString: env.DATABASE_URL, max: 8 });
  receive({
    store: async (statuses) => {
      statuses.sort((a, b) => (`${a}` < `${b}` ? -1 : 1)); // one order of locks: no deadlock between two webhooks
      await db.query("INSERT INTO statuses SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING", [
        statuses.map(([id]) => id), statuses.map(([, status]) => status),
      ]);
    },
    count: async () => {
      const { rows } = await db.query("SELECT status, count(*)::int AS n FROM statuses GROUP BY status");
      return { statuses: Object.fromEntries(rows.map(({ status, n }) => [status, n])), pending: await pending(db) };
    },
  });
}

export async function createStatuses() {
  const db = new pg.Client({ connectionString: env.DATABASE_URL });
  await db.connect();
  await db.query("CREATE TABLE statuses (wamid text, status text, PRIMARY KEY (wamid, status))");
  await db.end();
}

/** Runs one of the roles of an adapter: `node ADAPTER ROLE [N]`. */
export async function adapter({ setup, accept, work, receive }) {
  const [role, count] = process.argv.slice(2);
  if (role === "setup") await setup();
  if (role === "receive") return receive();
  if (role === "work") return work();
  if (role === "accept") {
    const all = jobs(Number(count));
    const from = performance.now();
    await accept(all);
    console.log(JSON.stringify({ seconds: (performance.now() - from) / 1000 }));
  }
  process.exit(0);
}
