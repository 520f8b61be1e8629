// Posthaste as the quickstart configures it: one process with every role, driven over its API.
import { randomUUID } from "node:crypto";
import { request } from "undici";
import { get, until } from "./children.mjs";
import { jobs } from "./job.mjs";

const env = process.env;
const CHUNK = 50_000; // recipients in one upload
const UPLOADS = 4; // of a tenant at once; more are answered 429
const READY_MS = 60_000;

export class PosthasteSystem {
  constructor(children) {
    this.children = children;
    this.senders = env.SENDERS.split(" ");
    this.webhookUrl = `http://127.0.0.1:${env.EDGE_PORT}/webhooks/meta/demo`;
    this.usesPostgres = true;
    this.headers = { authorization: `Bearer ${env.POSTHASTE_API_KEY}` };
  }

  async prepare() {}

  async start() {
    this.children.start("posthaste", env.BINARY, ["--config", env.CONFIG, "all"]).stdout.resume();
    const ready = async (base) => void (await get(`${base}/readyz`));
    await until(Date.now() + READY_MS, "posthaste", async () => {
      await ready(`http://127.0.0.1:${env.TELEMETRY_PORT}`);
      await ready(env.POSTHASTE_API);
    });
  }

  processes() {
    return [["worker", this.children.pid("posthaste")], ["postgres", Number(env.PG_PID)], ["java", Number(env.KAFKA_PID)]];
  }

  async call(path, type, body) {
    const headers = { ...this.headers, "content-type": type, "idempotency-key": randomUUID() };
    const answer = await request(env.POSTHASTE_API + path, { method: "POST", headers, body });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${path}: ${answer.statusCode} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  async draft(sender, recipients) {
    const campaign = { name: `peers ${env.SEED}`, sender_id: sender, template: { name: "order_update", language: "en_US" } };
    const { id } = await this.call("/v1/campaigns", "application/json", JSON.stringify(campaign));
    for (let chunk = 0; chunk * CHUNK < recipients.length; chunk++) {
      const lines = recipients.slice(chunk * CHUNK, (chunk + 1) * CHUNK).map(({ to, intent }) => `${to},Ana,${intent}\n`);
      await this.call(`/v1/campaigns/${id}/recipients?chunk=${chunk}`, "text/csv", `to,1,2\n${lines.join("")}`);
    }
    return id;
  }

  /** One campaign for each sender; the time ends when each is durable and may start. */
  async accept(count) {
    const all = jobs(count);
    const share = Math.ceil(count / this.senders.length);
    const from = performance.now();
    this.campaigns = [];
    const left = [...this.senders.entries()];
    const uploader = async () => {
      for (let next = left.shift(); next; next = left.shift()) {
        const [index, id] = next;
        this.campaigns.push(await this.draft(id, all.slice(index * share, (index + 1) * share)));
      }
    };
    await Promise.all(Array.from({ length: UPLOADS }, uploader));
    this.messages = count;
    return { seconds: (performance.now() - from) / 1000 };
  }

  async go() {
    await Promise.all(this.campaigns.map((id) => this.call(`/v1/campaigns/${id}:start`, "application/json", "{}")));
  }

  async crash() {
    await this.children.stop("posthaste", "SIGKILL");
    await this.start();
    return [["worker", this.children.pid("posthaste")]];
  }

  async count() {
    const statuses = { sent: 0, delivered: 0, read: 0, failed: 0 };
    let settled = 0;
    let named = 0; // messages that were not sent for certain, and are listed as such
    for (const id of this.campaigns) {
      const { progress } = await get(`${env.POSTHASTE_API}/v1/campaigns/${id}`, this.headers);
      for (const kind of Object.keys(statuses)) statuses[kind] += progress[kind];
      const given = progress.rejected + progress.expired + progress.cancelled + progress.unconfirmed;
      settled += progress.accepted + given;
      named += given;
    }
    return { statuses, named, pending: Math.max(0, this.messages - settled) };
  }
}
