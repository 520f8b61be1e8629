// A peer: an adapter with the roles setup, accept, work and receive, and a database or a Redis of its own.
import { get } from "./children.mjs";

const env = process.env;
const SETUP_MS = 60_000;

export class PeerSystem {
  constructor(children) {
    this.children = children;
    this.name = env.SYSTEM;
    this.senders = [env.SENDER];
    this.webhookUrl = `http://127.0.0.1:${env.WEBHOOK_PORT}/`;
    this.usesPostgres = this.name !== "bullmq";
    this.workers = Array.from({ length: Number(env.WORKERS) }, (_, i) => `worker-${i}`);
  }

  spawn(role, name = role, ...args) {
    const rust = this.name === "awa" && role !== "receive";
    const [command, ...first] = rust ? [env.AWA] : [process.execPath, `${import.meta.dirname}/${this.name}.mjs`];
    // A pace is that of all workers together.
    const rate = String(Number(env.RATE) / this.workers.length);
    return this.children.start(name, command, [...first, role, ...args], { DATABASE_URL: this.database, RATE: rate });
  }

  async prepare(admin) {
    if (this.usesPostgres) {
      const database = `peer_${process.pid}`;
      await admin.query(`CREATE DATABASE ${database}`);
      this.database = env.ADMIN_URL.replace(/[^/]*$/, database);
      this.clean = () => admin.query(`DROP DATABASE ${database} WITH (FORCE)`);
    }
    const child = this.spawn("setup");
    const timer = setTimeout(() => child.kill("SIGKILL"), SETUP_MS);
    const { code } = await child.ended;
    clearTimeout(timer);
    if (code !== 0) throw new Error(`setup of ${this.name} failed: read ${env.LOGS}/setup.log`);
  }

  async start() {
    await this.spawn("receive").line;
    for (const name of this.workers) await this.spawn("work", name).line;
  }

  processes() {
    const store = this.usesPostgres ? ["postgres", Number(env.PG_PID)] : ["redis", Number(env.REDIS_PID)];
    return [["receiver", this.children.pid("receive")], store, ...this.workers.map((name) => [name, this.children.pid(name)])];
  }

  async accept(count) {
    const child = this.spawn("accept", "accept", String(count));
    const answer = JSON.parse(await child.line);
    await child.ended;
    return answer;
  }

  go() {
    for (const name of this.workers) this.children.byName.get(name).stdin.write("go\n");
  }

  /** kill -9 of every worker at once, then a start of each; gives the new processes. */
  async crash() {
    await Promise.all(this.workers.map((name) => this.children.stop(name, "SIGKILL")));
    for (const name of this.workers) await this.spawn("work", name).line;
    this.go();
    return this.workers.map((name) => [name, this.children.pid(name)]);
  }

  count() { return get(this.webhookUrl); }
}
