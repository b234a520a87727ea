//! What processes cost: processor time and memory, as the kernel counts them.

use std::{fs, time::Duration};

/// The kernel's clock, which it has always told programs to be this fast on Linux.
const TICKS_A_SECOND: u64 = 100;

/// A process with all its children.
#[derive(Debug, Clone, Copy)]
pub struct Family(pub u32);

impl Family {
    /// Processor time used so far, in user and kernel mode, by those that live and those that ended.
    pub fn processor_time(self) -> Duration {
        let ticks: u64 = self.members().iter().map(|member| member.ticks).sum();
        Duration::from_millis(ticks * (1000 / TICKS_A_SECOND))
    }

    fn members(self) -> Vec<Member> {
        let all: Vec<Member> = fs::read_dir("/proc")
            .expect("the machine runs Linux")
            .filter_map(|entry| Member::read(entry.ok()?.file_name().to_str()?.parse().ok()?))
            .collect();
        let is_child = |member: &&Member, family: &[Member]| family.iter().any(|one| one.id == member.parent);
        let mut family: Vec<Member> = all.iter().filter(|member| member.id == self.0).copied().collect();
        let mut newest = family.clone();
        while !newest.is_empty() {
            newest = all.iter().filter(|member| is_child(member, &newest)).copied().collect();
            family.extend(&newest);
        }
        family
    }
}

/// The process that a process was started by.
pub fn parent_of(process: u32) -> Option<u32> {
    Member::read(process).map(|member| member.parent)
}

/// Memory that a process holds now, in kilobytes; 0 when it does not run.
pub fn resident_kilobytes(process: u32) -> u64 {
    kilobytes(process, "VmRSS:")
}

/// The most memory that a process has held so far, in kilobytes; 0 when it does not run.
pub fn peak_kilobytes(process: u32) -> u64 {
    kilobytes(process, "VmHWM:")
}

fn kilobytes(process: u32, field: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

#[derive(Debug, Clone, Copy)]
struct Member {
    id: u32,
    parent: u32,
    /// Its own and those of its children that ended.
    ticks: u64,
}

impl Member {
    fn read(id: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The name may hold anything, a closing bracket included; numbers come after the last one.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let number = |place: usize| fields.get(place)?.parse::<u64>().ok();
        let ticks = (11..=14).map(number).sum::<Option<u64>>()?;
        Some(Self { id, parent: u32::try_from(number(1)?).ok()?, ticks })
    }
}
