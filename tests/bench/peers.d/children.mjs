// Processes that a run starts, and stops by pid whatever happens; HTTP and waiting.
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { request } from "undici";

const STOP_MS = 20_000; // for a graceful end, then SIGKILL

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A JSON answer, or null when nobody answers with 200. */
export async function get(url, headers = {}) {
  const { statusCode, body } = await request(url, { headers });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${url}: ${statusCode} ${text.slice(0, 200)}`);
  return text.startsWith("{") ? JSON.parse(text) : text;
}

/** Asks until the condition neither throws nor is false. */
export async function until(deadline, what, condition) {
  for (;;) {
    try {
      if ((await condition()) !== false) return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`${what} is not ready at the time limit: ${error.message}`);
    }
    await sleep(50);
  }
}

export class Children {
  constructor() {
    this.byName = new Map();
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => this.stopAll().then(() => process.exit(1)));
  }

  /** Starts a process; what it prints goes to $LOGS/NAME.log. `child.line` is its first line. */
  start(name, command, args, variables = {}) {
    const log = openSync(`${process.env.LOGS}/${name}.log`, "a");
    const child = spawn(command, args, { stdio: ["pipe", "pipe", log], env: { ...process.env, ...variables } });
    child.ended = new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal })));
    child.on("error", (error) => console.error(`${name}: ${error.message}`));
    child.stdin.on("error", () => {}); // it ended before it was told to begin
    let text = "";
    child.line = new Promise((resolve, reject) => {
      child.stdout.on("data", (part) => { text += part; if (text.includes("\n")) resolve(text.split("\n")[0]); });
      child.once("close", () => reject(new Error(`${name} ended (code ${child.exitCode}): read ${process.env.LOGS}/${name}.log`)));
    });
    child.line.catch(() => {}); // for those whose first line nobody wants
    this.byName.set(name, child);
    return child;
  }

  pid(name) { return this.byName.get(name).pid; }

  async stop(name, signal) {
    const child = this.byName.get(name);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await child.ended;
    clearTimeout(timer);
  }

  /** The simulator last: the others may still be answering it. */
  async stopAll() {
    for (const name of [...this.byName.keys()].filter((n) => n !== "simulator")) await this.stop(name, "SIGTERM");
    await this.stop("simulator", "SIGTERM");
  }
}
