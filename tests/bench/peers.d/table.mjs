// The report: a Markdown table for each mode, a column for each system, the median of the runs and their spread in brackets.
import { readFileSync } from "node:fs";

const [figures, sources] = process.argv.slice(2);
const all = readFileSync(figures, "utf8").trim().split("\n").map((line) => JSON.parse(line));

const ADAPTERS = {
  bullmq: ["bullmq.mjs", "job.mjs"],
  "graphile-worker": ["graphile-worker.mjs", "job.mjs"],
  "pg-boss": ["pg-boss.mjs", "job.mjs"],
  awa: ["awa/src/main.rs", "awa.mjs", "job.mjs"],
};
/** Lines that are neither empty nor comment, of what belongs to the queue and of what all adapters share. */
function lines(system) {
  const count = (file) => readFileSync(`${sources}/${file}`, "utf8").split("\n").filter((line) => !/^\s*($|\/\/|\/\*\*)/.test(line)).length;
  const files = ADAPTERS[system];
  if (!files) return "none";
  const shared = count("job.mjs");
  return `${files.filter((file) => file !== "job.mjs").reduce((total, file) => total + count(file), 0)} + ${shared} shared`;
}

const total = (counts, names) => Object.entries(counts).filter(([name]) => names(name)).reduce((sum, [, value]) => sum + value, 0);
const ours = (name) => /^worker|^receiver$|^accepting$/.test(name);
const store = (name) => /^(postgres|redis|java)$/.test(name);

const ROWS = [
  ["time to accept, s", (f) => f.accept_s, 2],
  ["sends/s, first to last", (f) => f.sends_per_s, 0],
  ["sends/s, from 10 % to 90 %", (f) => f.middle_per_s, 0],
  ["most POSTs of one number in any second", (f) => f.second_max, 0],
  ["from accept to POST: p50, s", (f) => f.p50_s, 2],
  ["from accept to POST: p99, s", (f) => f.p99_s, 2],
  ["last POST to all counted, s", (f) => (f.complete ? f.counted_after_s : null), 1],
  ["breaches of a limit", (f) => f.breaches, 0],
  ["lost: not sent", (f) => f.lost, 0],
  ["given up and named as such", (f) => f.named, 0],
  ["sent twice", (f) => f.twice, 0],
  ["statuses counted twice", (f) => f.counted_twice, 0],
  ["statuses not counted", (f) => f.not_counted, 0],
  ["jobs left at the time limit", (f) => f.stuck, 0],
  ["CPU-s per 1,000 messages: all", (f) => total(f.cpu_ms, () => true) / 1000, 3],
  ["CPU-s per 1,000: worker, receiver, accepting", (f) => total(f.cpu_ms, ours) / 1000, 3],
  ["CPU-s per 1,000: Postgres, Redis, Kafka", (f) => total(f.cpu_ms, store) / 1000, 3],
  ["CPU-s per 1,000: simulator", (f) => f.simulator_cpu_ms / 1000, 3],
  ["peak RSS of worker and receiver, MiB", (f) => total(f.peaks, ours), 0],
  ["peak RSS of Redis or Kafka, MiB", (f) => total(f.peaks, (name) => name === "redis" || name === "java") || null, 0],
  ["WAL, bytes per message", (f) => f.wal_bytes, 0],
  ["CPU outside these processes, %", (f) => f.others_percent, 0],
  ["load average at the start", (f) => f.load, 1],
];

function cell(runs, value, digits) {
  const values = runs.map(value).filter((v) => v !== null && Number.isFinite(v)).sort((a, b) => a - b);
  if (!values.length) return "–";
  const median = (values[(values.length - 1) >> 1] + values[values.length >> 1]) / 2;
  const [low, high] = [values[0].toFixed(digits), values.at(-1).toFixed(digits)];
  return low === high ? low : `${median.toFixed(digits)} (${low}–${high})`;
}

for (const mode of new Set(all.map((f) => f.mode))) {
  const columns = [...new Set(all.filter((f) => f.mode === mode).map((f) => f.system))];
  const runsOf = (system) => all.filter((f) => f.mode === mode && f.system === system);
  const rows = ROWS.map(([name, value, digits]) => [name, ...columns.map((system) => cell(runsOf(system), value, digits))]);
  rows.push(["lines of the adapter", ...columns.map(lines)]);
  const table = [[mode, ...columns], ...rows];
  const widths = table[0].map((_, i) => Math.max(...table.map((row) => row[i].length)));
  const line = (cells) => `| ${cells.map((text, i) => (i ? text.padStart(widths[i]) : text.padEnd(widths[i]))).join(" | ")} |`;
  console.log(`\n${line(table[0])}\n| ${widths.map((width, i) => (i ? `${"-".repeat(width - 1)}:` : "-".repeat(width))).join(" | ")} |`);
  for (const row of rows) console.log(line(row));
  const peers = columns.filter((system) => ADAPTERS[system]);
  const ratio = (system, of) => Number(cell(runsOf(system), (f) => f.sends_per_s, 6).split(" ")[0]) / of;
  if (mode === "drain" && peers.length && peers.length < columns.length) {
    const best = Math.max(...peers.map((system) => ratio(system, 1)));
    for (const system of columns.filter((name) => !ADAPTERS[name])) console.log(`${system}: ${ratio(system, best).toFixed(2)} × the sends/s of the best peer`);
  }
}
