// One run of one system: starts simulator, receiver and worker, has a campaign accepted, follows it from outside, and
// appends the figures as a line of JSON to $FIGURES. All settings come from the environment: tests/bench/peers sets them.
import { appendFileSync } from "node:fs";
import pg from "pg";
import { cpuSeconds, loadAverage, machineSeconds, peakMib, reapedSeconds } from "./processes.mjs";
import { Children, get, sleep, until } from "./children.mjs";
import { PeerSystem } from "./peer-system.mjs";
import { PosthasteSystem } from "./posthaste-system.mjs";

const env = process.env;
const N = Number(env.MESSAGES);
const ASK_MS = 50; // resolution of the quantiles
const SAMPLE_EVERY = 10; // questions between two looks at /proc, which cost more
const REST_EVERY = 20; // questions between two looks at the queue while messages are still missing
const DEADLINE = Date.now() + Number(env.LIMIT_SECONDS) * 1000;
const ledgerUrl = `${env.SIMULATOR}/_simulator/ledger`;
const sum = (counts) => Object.values(counts).reduce((a, b) => a + b, 0);
const KINDS = ["sent", "delivered", "read", "failed"];

const children = new Children();
const system = env.SYSTEM === "posthaste" ? new PosthasteSystem(children) : new PeerSystem(children);
const admin = new pg.Client({ connectionString: env.ADMIN_URL });

async function simulator() {
  const numbers = system.senders.flatMap((id) => ["--number", `${id}:${env.NUMBER_LIMIT}`]);
  // Three statuses for each message, so that the truth does not depend on the seed.
  const shares = ["--failed-share", "0", "--read-share", "1", "--read-only-share", "0", "--early-share", "0"];
  const faults = env.MODE === "drain"
    ? ["--latency-ms", "0..0"]
    : ["--latency-ms", "40..60", "--error-500-share", "0.01", "--reset-share", "0.005"];
  children.start("simulator", env.BINARY, [
    "simulate", "--listen", new URL(env.SIMULATOR).host, "--app-secret", env.APP_SECRET, "--verify-token", env.VERIFY_TOKEN,
    "--webhook-url", system.webhookUrl, ...numbers, "--waba", env.WABA, "--token", env.GRAPH_TOKEN,
    "--template", "order_update:en_US:2", "--seed", env.SEED, ...shares, ...faults,
  ]);
  await until(DEADLINE, "the simulator", () => get(`${env.SIMULATOR}/_simulator/health`));
}

const walPosition = async () => (await admin.query("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::text AS n")).rows[0].n;

/** Processor seconds by name; a worker that was killed keeps what it had. */
class Meter {
  constructor() {
    this.processes = new Map(); // pid -> {name, from, last, peak}
    this.reapedFrom = reapedSeconds();
  }
  add(name, pid, fresh = false) {
    const now = cpuSeconds(pid);
    this.processes.set(pid, { name, from: fresh ? 0 : now, last: now, peak: 0 });
  }
  sample() {
    for (const [pid, entry] of this.processes) {
      entry.last = cpuSeconds(pid) ?? entry.last;
      entry.peak = peakMib(pid) ?? entry.peak;
    }
  }
  cpu() {
    const cpu = {};
    for (const { name, from, last } of this.processes.values()) cpu[name] = (cpu[name] ?? 0) + last - from;
    return cpu;
  }
  /** A worker and the one that followed it have one name, and the greater peak counts. */
  peaks() {
    const peaks = {};
    for (const { name, peak } of this.processes.values()) peaks[name] = Math.max(peaks[name] ?? 0, peak);
    return peaks;
  }
}

/** Follows the sends until all is sent, counted and at rest; kills the worker at half way when that is wanted. */
async function follow(meter, acceptedAt) {
  const seen = { killed: false, crossings: {} };
  for (let turn = 0; ; turn++) {
    const ledger = await get(ledgerUrl);
    const now = Date.now();
    const distinct = ledger.accepted - ledger.duplicate_intents;
    for (const share of [0.1, 0.5, 0.9, 0.99]) {
      if (distinct >= N * share && !seen.crossings[share]) seen.crossings[share] = { seconds: (now - acceptedAt) / 1000, distinct };
    }
    if (turn % SAMPLE_EVERY === 0) meter.sample();
    if (env.KILL === "yes" && !seen.killed && distinct >= N / 2) {
      seen.killed = true;
      meter.sample();
      for (const [name, pid] of await system.crash()) meter.add(name, pid, true);
    }
    // A system may also settle a message that was never sent, with an outcome that it names: then nothing is pending.
    const atRest = ledger.webhook_updates_pending === 0 && (distinct >= N || turn % REST_EVERY === REST_EVERY - 1);
    if (atRest || now > DEADLINE) {
      const { statuses, pending, named } = await system.count();
      if (now > DEADLINE || (pending === 0 && sum(statuses) >= sum(ledger.statuses_generated))) {
        return { ...seen, ledger, statuses, pending, named: named ?? 0, complete: now <= DEADLINE, doneAt: now };
      }
    }
    await sleep(atRest ? 250 : ASK_MS);
  }
}

function figures(accept, run, meter, walBytes, machine) {
  const { ledger, statuses, crossings } = run;
  const truth = ledger.statuses_generated;
  const over = (a, b) => KINDS.reduce((total, kind) => total + Math.max(0, (a[kind] ?? 0) - (b[kind] ?? 0)), 0);
  const seconds = (ledger.last_send_at_ms - ledger.first_send_at_ms) / 1000;
  const [low, high] = [crossings[0.1], crossings[0.9]];
  const cpu = { ...meter.cpu(), accepting: accept.cpuSeconds ?? 0 };
  const simulatorCpu = cpu.simulator;
  delete cpu.simulator;
  const { simulator: _, ...peaks } = meter.peaks();
  const busy = machine.to.busy - machine.from.busy - sum(cpu) - simulatorCpu;
  return {
    system: env.COLUMN, mode: env.MODE, kill: env.KILL, messages: N,
    accept_s: accept.seconds,
    sends_per_s: ledger.accepted / seconds,
    middle_per_s: low && high && high.seconds > low.seconds ? (high.distinct - low.distinct) / (high.seconds - low.seconds) : null,
    second_max: Math.max(...Object.values(ledger.send_rate_max)),
    p50_s: crossings[0.5]?.seconds ?? null, p99_s: crossings[0.99]?.seconds ?? null,
    counted_after_s: (run.doneAt - ledger.last_send_at_ms) / 1000,
    breaches: ledger.breaches + ledger.pair_breaches,
    lost: N - (ledger.accepted - ledger.duplicate_intents),
    named: run.named,
    twice: ledger.duplicate_intents,
    counted_twice: over(statuses, truth), not_counted: over(truth, statuses),
    stuck: run.pending, complete: run.complete,
    cpu_ms: Object.fromEntries(Object.entries(cpu).map(([name, s]) => [name, (s / N) * 1e6])),
    simulator_cpu_ms: (simulatorCpu / N) * 1e6,
    peaks, wal_bytes: walBytes === null ? null : walBytes / N,
    others_percent: (100 * Math.max(0, busy)) / (machine.to.all - machine.from.all),
    load: accept.load,
  };
}

async function main() {
  await admin.connect();
  await admin.query("CHECKPOINT"); // every run pays for its own full-page images
  await system.prepare(admin);
  await simulator();
  await system.start(DEADLINE);
  const meter = new Meter();
  for (const [name, pid] of [...system.processes(), ["simulator", children.pid("simulator")]]) meter.add(name, pid);
  const load = loadAverage();
  const machineFrom = machineSeconds();
  const walFrom = await walPosition();
  const accept = { ...(await system.accept(N)), load };
  accept.cpuSeconds = reapedSeconds() - meter.reapedFrom;
  const acceptedAt = Date.now();
  await system.go();
  const run = await follow(meter, acceptedAt);
  meter.sample();
  const walBytes = system.usesPostgres ? Number(BigInt(await walPosition()) - BigInt(walFrom)) : null;
  const result = figures(accept, run, meter, walBytes, { from: machineFrom, to: machineSeconds() });
  appendFileSync(env.FIGURES, `${JSON.stringify(result)}\n`);
  console.log(
    `${env.COLUMN}: accepted in ${result.accept_s.toFixed(2)} s, ${result.sends_per_s.toFixed(0)} sends/s ` +
      `(${result.middle_per_s?.toFixed(0)} in the middle), lost ${result.lost}, twice ${result.twice}, ` +
      `breaches ${result.breaches}, ${result.complete ? "complete" : "NOT complete at the time limit"}`,
  );
}

let failed = false;
try {
  await main();
} catch (error) {
  failed = true;
  console.error(error);
} finally {
  await children.stopAll();
  await system.clean?.(admin).catch((error) => console.error(error));
  await admin.end().catch(() => {});
}
process.exit(failed ? 1 : 0);
