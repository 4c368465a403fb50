//! What a process holds, as Linux counts it.

/// At one moment.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Resident memory that it asked for, in bytes: without the pages of the program itself, which come as its parts are
    /// first used and are shared.
    pub memory: u64,
    pub descriptors: u64,
    pub threads: u64,
    /// Tasks under way, as the server itself counts them.
    pub tasks: u64,
}

/// What a process holds now.
pub fn sample(process: u32, tasks: u64) -> Sample {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let figure = |name: &str| -> u64 {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim_start_matches(':').split_whitespace().next().unwrap().parse().unwrap()
    };
    let descriptors = std::fs::read_dir(format!("/proc/{process}/fd")).unwrap().count() as u64;
    Sample { memory: figure("RssAnon") * 1024, descriptors, threads: figure("Threads"), tasks }
}
