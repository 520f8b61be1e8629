//! Processes, seen from /proc: processor time, peak memory; and the machine.

use std::fs;
use std::str::FromStr;
use std::time::Instant;

use anyhow::Context as _;

/// Clock ticks a second in /proc/<pid>/stat: USER_HZ, 100 on every architecture that Linux runs Rust on (proc(5)).
const TICKS_PER_SECOND: f64 = 100.0;

/// A process that is measured, with a name for the table.
#[derive(Debug, Clone)]
pub(crate) struct Process {
    /// Heading of its row.
    pub(crate) name: String,
    /// Its pid.
    pub(crate) pid: u32,
}

impl FromStr for Process {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = || format!("{text}: NAME=PID is wanted");
        let (name, pid) = text.split_once('=').ok_or_else(wanted)?;
        Ok(Self { name: name.to_owned(), pid: pid.parse().map_err(|_| wanted())? })
    }
}

/// Fields of /proc/<pid>/stat behind the command's name, which may contain blanks.
struct Stat {
    parent: u32,
    own_ticks: u64,
    reaped_ticks: u64,
}

fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_ascii_whitespace().collect();
    let ticks = |index: usize| fields.get(index)?.parse::<u64>().ok();
    Some(Stat {
        parent: fields.get(1)?.parse().ok()?,
        own_ticks: ticks(11)? + ticks(12)?,
        reaped_ticks: ticks(13)? + ticks(14)?,
    })
}

impl Process {
    /// This process.
    pub(crate) fn own(name: &str) -> Self {
        Self { name: name.to_owned(), pid: std::process::id() }
    }

    /// Processor seconds so far, user and system, of the process and its children, dead ones included: Postgres works in
    /// children.
    pub(crate) fn cpu_seconds(&self) -> anyhow::Result<f64> {
        let own = stat(self.pid).with_context(|| format!("{} (pid {}) is gone", self.name, self.pid))?;
        let mut ticks = own.own_ticks + own.reaped_ticks;
        for entry in fs::read_dir("/proc")?.flatten() {
            let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            if let Some(child) = stat(pid).filter(|child| child.parent == self.pid) {
                ticks += child.own_ticks + child.reaped_ticks;
            }
        }
        Ok(ticks as f64 / TICKS_PER_SECOND)
    }

    /// Greatest resident memory that the process itself ever had, in MiB.
    pub(crate) fn peak_mib(&self) -> anyhow::Result<f64> {
        self.memory_mib("VmHWM:")
    }

    /// Its resident memory at the moment, in MiB.
    pub(crate) fn resident_mib(&self) -> anyhow::Result<f64> {
        self.memory_mib("VmRSS:")
    }

    fn memory_mib(&self, name: &str) -> anyhow::Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid))
            .with_context(|| format!("{} (pid {}) is gone", self.name, self.pid))?;
        let kib = field(&status, name).and_then(|value| value.split_ascii_whitespace().next()?.parse::<f64>().ok());
        Ok(kib.with_context(|| format!("{name} is missing from /proc/<pid>/status"))? / 1024.0)
    }
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim_start_matches([' ', '\t', ':']))
}

/// Processor seconds of several processes, and of the machine, at one moment, to be compared with a later one.
#[derive(Debug)]
pub(crate) struct Snapshot {
    each: Vec<f64>,
    machine: f64,
    at: Instant,
}

/// What happened since a [`Snapshot`].
#[derive(Debug)]
pub(crate) struct Spent {
    /// Processor seconds of each process.
    pub(crate) each: Vec<f64>,
    /// Share of the processors that went elsewhere, in percent: other processes, the hypervisor, interrupts, writing back
    /// to disk. It is the noise of a figure.
    pub(crate) others_percent: f64,
}

impl Snapshot {
    /// Now.
    pub(crate) fn take(processes: &[Process]) -> anyhow::Result<Self> {
        let each = processes.iter().map(Process::cpu_seconds).collect::<anyhow::Result<_>>()?;
        Ok(Self { each, machine: machine_seconds()?, at: Instant::now() })
    }

    /// What the processes, in their order, and the others spent since then.
    pub(crate) fn since(&self, processes: &[Process]) -> anyhow::Result<Spent> {
        let now = Self::take(processes)?;
        let each: Vec<f64> = now.each.iter().zip(&self.each).map(|(now, then)| now - then).collect();
        let cores = std::thread::available_parallelism()?.get() as f64;
        let others = (now.machine - self.machine - each.iter().sum::<f64>()).max(0.0);
        Ok(Spent { each, others_percent: 100.0 * others / (self.at.elapsed().as_secs_f64() * cores) })
    }
}

/// Processor seconds of the whole machine that were not idle, stolen ones included (proc(5), /proc/stat).
pub(crate) fn machine_seconds() -> anyhow::Result<f64> {
    let text = fs::read_to_string("/proc/stat")?;
    let ticks: Vec<u64> = field(&text, "cpu ")
        .context("the line of all processors is missing from /proc/stat")?
        .split_ascii_whitespace()
        // user nice system idle iowait irq softirq steal; guests are counted in user already.
        .take(8)
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    let busy: u64 = ticks.iter().enumerate().filter(|(index, _)| ![3, 4].contains(index)).map(|(_, ticks)| ticks).sum();
    Ok(busy as f64 / TICKS_PER_SECOND)
}

/// The one-minute load average.
pub(crate) fn load_average() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_ascii_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or(f64::NAN)
}

/// Prints what figures belong to.
pub(crate) fn print_machine() -> anyhow::Result<()> {
    let cpu = fs::read_to_string("/proc/cpuinfo")?;
    let memory = fs::read_to_string("/proc/meminfo")?;
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown");
    let kib: f64 = field(&memory, "MemTotal:")
        .and_then(|value| value.split_ascii_whitespace().next()?.parse().ok())
        .context("MemTotal is missing from /proc/meminfo")?;
    let cores = std::thread::available_parallelism()?;
    let model = model.trim_start_matches([' ', '\t', ':']);
    println!("machine: {cores} cores, {model}, {:.1} GiB, Linux {}", kib / 1024.0 / 1024.0, kernel.trim());
    println!("load average of the last minute: {:.2}", load_average());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_and_memory_of_this_process_are_seen() {
        let own = Process::own("test");
        let before = Snapshot::take(std::slice::from_ref(&own)).unwrap();
        let begun = Instant::now();
        let mut sum = 0_u64;
        // Several ticks of user time: the kernel counts in hundredths.
        while begun.elapsed() < std::time::Duration::from_millis(400) {
            sum = std::hint::black_box(sum.wrapping_mul(31).wrapping_add(7));
        }
        let spent = before.since(std::slice::from_ref(&own)).unwrap();
        assert!(spent.each[0] > 0.0);
        assert!((0.0..=110.0).contains(&spent.others_percent), "{spent:?}");
        let resident_mib = own.resident_mib().unwrap();
        assert!(resident_mib > 1.0 && own.peak_mib().unwrap() >= resident_mib);
    }

    #[test]
    fn a_process_is_named_by_name_and_pid() {
        let process: Process = "edge=17".parse().unwrap();
        assert_eq!((process.name.as_str(), process.pid), ("edge", 17));
        assert!("edge".parse::<Process>().is_err() && "edge=x".parse::<Process>().is_err());
    }
}
