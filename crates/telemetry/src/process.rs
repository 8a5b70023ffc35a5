//! What the operating system knows of this process and its machine. On systems without `/proc` nothing is known, and nothing is
//! told.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Instant,
};

use crate::{
    exposition::Figures,
    sources::{Source, number, percent},
};

/// How Linux counts the time of processors for programs, on every architecture.
const TICKS_PER_SECOND: f64 = 100.0;
const BYTES_PER_KIB: u64 = 1024;

/// The series about this process.
pub(crate) struct ProcessSource;

impl Source for ProcessSource {
    fn collect(&self, to: &mut Figures) {
        if let Some(seconds) = cpu_seconds() {
            let help = "Total user and system CPU time spent in seconds.";
            to.counter("process_cpu_seconds_total", help, &[], seconds);
        }
        let help = "Start time of the process since unix epoch in seconds.";
        to.gauge_if_known("process_start_time_seconds", help, start_time_seconds());
        let memory = Memory::now();
        let help = "Resident memory size in bytes.";
        to.gauge_if_known("process_resident_memory_bytes", help, memory.resident_bytes.map(number));
        let help = "Virtual memory size in bytes.";
        to.gauge_if_known("process_virtual_memory_bytes", help, memory.virtual_bytes.map(number));
        to.gauge_if_known("process_open_fds", "Number of open file descriptors.", open_files().map(number));
        let help = "Maximum number of open file descriptors.";
        to.gauge_if_known("process_max_fds", help, most_open_files().map(number));
        to.gauge_if_known("process_threads", "Number of OS threads in the process.", threads().map(number));
    }
}

/// Memory of this process and its machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Memory {
    /// Memory of the process that is in RAM.
    pub resident_bytes: Option<u64>,
    /// Address space of the process.
    pub virtual_bytes: Option<u64>,
    /// Memory there is for the process: that of its container, or of the machine.
    pub limit_bytes: Option<u64>,
    /// Memory of the machine that can be had without swapping.
    pub available_bytes: Option<u64>,
}

impl Memory {
    /// What is true now.
    #[must_use]
    pub fn now() -> Self {
        let status = read("/proc/self/status").unwrap_or_default();
        let machine = read("/proc/meminfo").unwrap_or_default();
        let container = read("/sys/fs/cgroup/memory.max").and_then(|text| text.trim().parse().ok());
        let total = kib(&machine, "MemTotal");
        Self {
            resident_bytes: kib(&status, "VmRSS"),
            virtual_bytes: kib(&status, "VmSize"),
            limit_bytes: [container, total].into_iter().flatten().min(),
            available_bytes: kib(&machine, "MemAvailable"),
        }
    }

    /// Which part of the memory there is the process uses, in percent.
    #[must_use]
    pub fn usage_percent(&self) -> Option<f64> {
        Some(percent(self.resident_bytes?, self.limit_bytes?))
    }
}

/// The machine: how busy it is and how full its disk.
#[derive(Debug)]
pub struct Machine {
    data_dir: PathBuf,
    before: Mutex<Option<(Instant, CpuTimes)>>,
}

impl Machine {
    /// The machine that keeps its data in this directory.
    #[must_use]
    pub fn new(data_dir: PathBuf) -> Self {
        Self { data_dir, before: Mutex::new(CpuTimes::now().map(|times| (Instant::now(), times))) }
    }

    /// How busy all processors were since this was last asked, in percent. What was asked a moment ago is not asked again:
    /// `None` until there is something to compare with.
    #[must_use]
    pub fn cpu_percent(&self) -> Option<f64> {
        let now = CpuTimes::now()?;
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        let (_at, then) = before.replace((Instant::now(), now))?;
        let all = now.all.saturating_sub(then.all);
        (all > 0).then(|| percent(all.saturating_sub(now.idle.saturating_sub(then.idle)), all))
    }

    /// Which part of the memory of the machine is in use, in percent.
    #[must_use]
    pub fn memory_percent(&self) -> Option<f64> {
        let machine = read("/proc/meminfo")?;
        let (total, available) = (kib(&machine, "MemTotal")?, kib(&machine, "MemAvailable")?);
        Some(percent(total.saturating_sub(available), total))
    }

    /// Which part of the disk with the data is in use, in percent.
    #[must_use]
    pub fn disk_percent(&self) -> Option<f64> {
        let disk = rustix::fs::statvfs(&self.data_dir).ok()?;
        let used = disk.f_blocks.saturating_sub(disk.f_bfree);
        Some(percent(used, used.saturating_add(disk.f_bavail)))
    }
}

/// Time of all processors together, in ticks since the start of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CpuTimes {
    all: u64,
    idle: u64,
}

impl CpuTimes {
    fn now() -> Option<Self> {
        Self::parse(&read("/proc/stat")?)
    }

    /// `cpu user nice system idle iowait …`: waiting for a disk is idling.
    fn parse(stat: &str) -> Option<Self> {
        let times: Vec<u64> = stat
            .lines()
            .next()?
            .strip_prefix("cpu ")?
            .split_whitespace()
            // The guests at the end are part of the user time.
            .take(8)
            .map_while(|ticks| ticks.parse().ok())
            .collect();
        let idle = times.get(3)?.saturating_add(times.get(4).copied().unwrap_or(0));
        Some(Self { all: times.iter().sum(), idle })
    }
}

fn read(path: impl AsRef<Path>) -> Option<String> {
    fs::read_to_string(path).ok()
}

/// The value of a line such as `VmRSS:    1234 kB`, in bytes.
fn kib(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(BYTES_PER_KIB)
}

/// The fields of `/proc/self/stat` behind the name of the program, which may hold spaces; the first of them is number 3.
fn stat_field(number: usize) -> Option<u64> {
    field_of(&read("/proc/self/stat")?, number)
}

fn field_of(stat: &str, number: usize) -> Option<u64> {
    let (_name, fields) = stat.rsplit_once(") ")?;
    fields.split_whitespace().nth(number.checked_sub(3)?)?.parse().ok()
}

fn cpu_seconds() -> Option<f64> {
    let (user, system) = (stat_field(14)?, stat_field(15)?);
    Some(number(user.saturating_add(system)) / TICKS_PER_SECOND)
}

fn threads() -> Option<u64> {
    stat_field(20)
}

/// When the machine started, and how long after that the process.
fn start_time_seconds() -> Option<f64> {
    let stat = read("/proc/stat")?;
    let booted: u64 = stat.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()?;
    Some(number(booted) + number(stat_field(22)?) / TICKS_PER_SECOND)
}

fn open_files() -> Option<u64> {
    // One of them is the directory that is read.
    u64::try_from(fs::read_dir("/proc/self/fd").ok()?.count()).ok()?.checked_sub(1)
}

fn most_open_files() -> Option<u64> {
    let limits = read("/proc/self/limits")?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_linux_writes_is_read() {
        let status = "Name:\tx\nVmSize:\t  200 kB\nVmRSS:\t   12 kB\n";
        assert_eq!((kib(status, "VmRSS"), kib(status, "VmHWM")), (Some(12 * 1024), None));
        let stat = "7 (a) b) c) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 5 0 1234";
        assert_eq!((field_of(stat, 14), field_of(stat, 15)), (Some(250), Some(50)));
        assert_eq!((field_of(stat, 20), field_of(stat, 22), field_of(stat, 99)), (Some(5), Some(1234), None));
        let times = CpuTimes::parse("cpu  10 0 20 60 10 0 0 0 5 0\ncpu0 1 1 1 1\n").unwrap();
        assert_eq!(times, CpuTimes { all: 100, idle: 70 });
        assert_eq!(CpuTimes::parse("intr 5"), None);
    }

    #[test]
    fn a_process_uses_a_part_of_the_memory_there_is() {
        let memory = Memory { resident_bytes: Some(80), limit_bytes: Some(100), ..Memory::default() };
        assert_eq!(memory.usage_percent(), Some(80.0));
        assert_eq!(Memory::default().usage_percent(), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_is_known() {
        let memory = Memory::now();
        assert!(memory.resident_bytes.unwrap() > 1_000_000);
        assert!((0.0..=100.0).contains(&memory.usage_percent().unwrap()));
        assert!(open_files().unwrap() > 2 && most_open_files().unwrap() > 2 && threads().unwrap() > 0);
        assert!(start_time_seconds().unwrap() > 1_600_000_000.0);
        assert!(cpu_seconds().unwrap() >= 0.0);
        let machine = Machine::new(std::env::temp_dir());
        assert!((0.0..=100.0).contains(&machine.disk_percent().unwrap()));
        assert!((0.0..=100.0).contains(&machine.memory_percent().unwrap()));
    }
}
