//! Whether what a server holds grows with what it does.

use std::fmt;

/// Descriptors that come and go by themselves, such as those of a backup or of a connection that is being replaced.
const SPARE_DESCRIPTORS: u64 = 8;
/// Threads that come and go by themselves, such as those of jobs.
const SPARE_THREADS: u64 = 4;

/// What a server holds at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    /// Requests it has answered so far.
    pub(super) requests: u64,
    /// Memory that is really there.
    pub(super) resident_kib: u64,
    /// Open files, sockets and the like.
    pub(super) descriptors: u64,
    /// Its threads.
    pub(super) threads: u64,
    /// Its connections to the database, as the database counts them.
    pub(super) connections: u64,
}

/// Something of which a server must not hold more and more.
#[derive(Debug)]
struct Figure {
    name: &'static str,
    what: fn(&Sample) -> u64,
    bound: Growth,
}

/// How much growth is none: so many percent, and so many that never matter.
#[derive(Debug)]
struct Growth {
    percent: u64,
    spare: u64,
}

const FIGURES: [Figure; 4] = [
    Figure {
        name: "KiB of memory",
        what: |sample| sample.resident_kib,
        // The allocator gives back in its own time.
        bound: Growth { percent: 10, spare: 8 * 1024 },
    },
    Figure {
        name: "descriptors",
        what: |sample| sample.descriptors,
        bound: Growth { percent: 0, spare: SPARE_DESCRIPTORS },
    },
    Figure {
        name: "threads",
        what: |sample| sample.threads,
        bound: Growth { percent: 0, spare: SPARE_THREADS },
    },
    Figure {
        name: "connections to the database",
        what: |sample| sample.connections,
        bound: Growth { percent: 0, spare: 2 },
    },
];

impl Sample {
    pub(super) const HEADER: &str = "  requests   memory MiB  descriptors  threads  database connections";

    /// Whether nothing is open any more that was not open before the work. The pool keeps the connections it has made, each
    /// of which is a descriptor.
    pub(super) fn has_settled(self, rest: Self) -> bool {
        let connections = self.connections.saturating_sub(rest.connections);
        self.descriptors <= rest.descriptors + connections + SPARE_DESCRIPTORS
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requests, resident_kib, descriptors, threads, connections } = self;
        let mib = format!("{}.{}", resident_kib / 1024, resident_kib % 1024 * 10 / 1024);
        write!(f, "{requests:>10} {mib:>12} {descriptors:>12} {threads:>8} {connections:>21}")
    }
}

/// Says that all is flat, with figures, or what grew.
///
/// The first quarter of the work is for warming up. What is held at most in the second half is compared with what was held at
/// most in the quarter before it.
pub(super) fn judge(rest: Sample, samples: &[Sample], settled: Sample) -> Result<String, String> {
    let quarter = samples.len() / 4;
    let (early, late) = samples.split_at_checked(samples.len() / 2).unwrap_or_default();
    let early = early.get(quarter..).unwrap_or_default();
    let most = |of: &[Sample], what: fn(&Sample) -> u64| of.iter().map(what).max();
    let mut said = Vec::new();
    for Figure { name, what, bound } in FIGURES {
        let (Some(before), Some(after)) = (most(early, what), most(late, what)) else {
            return Err("too few requests to tell".to_owned());
        };
        if after > before + before * bound.percent / 100 + bound.spare {
            return Err(format!(
                "{name} grow: {before} at most in the second quarter, {after} in the second half"
            ));
        }
        said.push(format!("{name} {before} and {after}"));
    }
    if !settled.has_settled(rest) {
        return Err(format!(
            "{} descriptors are open in the end, {} were at rest",
            settled.descriptors, rest.descriptors
        ));
    }
    Ok(format!("flat: at most in the second quarter and in the second half: {}", said.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: Sample =
        Sample { requests: 0, resident_kib: 60_000, descriptors: 40, threads: 20, connections: 4 };
    const BUSY: Sample =
        Sample { requests: 1, resident_kib: 90_000, descriptors: 70, threads: 24, connections: 14 };

    /// Twenty samples, of which the last eight are these.
    fn late(sample: Sample) -> Vec<Sample> {
        let mut samples = vec![BUSY; 12];
        samples.extend([sample; 8]);
        samples
    }

    #[test]
    fn what_stays_is_flat_and_what_grows_is_named() {
        let settled = Sample { descriptors: 52, connections: 14, ..REST };
        assert!(judge(REST, &late(BUSY), settled).unwrap().starts_with("flat: "));
        let cases = [
            (Sample { resident_kib: 110_000, ..BUSY }, "KiB of memory grow"),
            (Sample { descriptors: 79, ..BUSY }, "descriptors grow: 70 at most in the second quarter, 79"),
            (Sample { threads: 29, ..BUSY }, "threads grow"),
            (Sample { connections: 17, ..BUSY }, "connections to the database grow"),
        ];
        for (sample, expected) in cases {
            let said = judge(REST, &late(sample), settled).unwrap_err();
            assert!(said.starts_with(expected), "{said}");
        }
    }

    #[test]
    fn the_first_quarter_may_warm_up() {
        let mut samples = vec![Sample { resident_kib: 10_000, ..BUSY }; 5];
        samples.extend([BUSY; 15]);
        judge(REST, &samples, REST).unwrap();
    }

    #[test]
    fn what_stays_open_in_the_end_is_a_leak() {
        let said = judge(REST, &late(BUSY), Sample { descriptors: 60, ..REST }).unwrap_err();
        assert_eq!(said, "60 descriptors are open in the end, 40 were at rest");
    }

    #[test]
    fn few_samples_prove_nothing() {
        assert!(judge(REST, &[BUSY], REST).is_err());
    }
}
