// Processes as /proc shows them: processor time and peak memory of a process and what it started.
import { readdirSync, readFileSync } from "node:fs";

const TICKS_PER_SECOND = 100; // USER_HZ, see proc(5)

function stat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const ticks = (index) => Number(fields[index]);
    return { parent: Number(fields[1]), own: ticks(11) + ticks(12), reaped: ticks(13) + ticks(14) };
  } catch {
    return null; // it ended
  }
}

/** Processor seconds so far of a process, its living children (Postgres works in them) and its dead ones. */
export function cpuSeconds(pid) {
  const own = stat(pid);
  if (!own) return null;
  let ticks = own.own + own.reaped;
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const child = stat(name);
    if (child?.parent === pid) ticks += child.own + child.reaped;
  }
  return ticks / TICKS_PER_SECOND;
}

/** Greatest resident memory that the process itself ever had, in MiB. */
export function peakMib(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
  } catch {
    return null;
  }
}

/** Processor seconds of the children of this process that have ended and were waited for. */
export function reapedSeconds() {
  return stat(process.pid).reaped / TICKS_PER_SECOND;
}

export const loadAverage = () => Number(readFileSync("/proc/loadavg", "utf8").split(" ")[0]);

/** Busy and all processor seconds of the machine since it started. */
export function machineSeconds() {
  const [user, nice, system, idle, iowait, irq, softirq, steal] = readFileSync("/proc/stat", "utf8").split("\n")[0].trim().split(/\s+/).slice(1).map(Number);
  const busy = user + nice + system + irq + softirq + steal;
  return { busy: busy / TICKS_PER_SECOND, all: (busy + idle + iowait) / TICKS_PER_SECOND };
}
