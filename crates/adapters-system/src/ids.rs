//! Fresh identifiers and secrets.

use ports::IdSource;
use uuid::Uuid;

/// Identifiers from the clock and a process-wide counter, secrets from the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemIds;

impl IdSource for SystemIds {
    #[expect(clippy::disallowed_methods, reason = "this is the adapter that the rule points to")]
    fn next(&self) -> [u8; 16] {
        // Keeps a counter under the millisecond, so ids of one process ascend however fast they come.
        Uuid::now_v7().into_bytes()
    }

    fn secret(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the operating system always has randomness once it has started");
        bytes
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_made_in_one_millisecond_still_ascend() {
        let ids: Vec<_> = (0..10_000).map(|_| SystemIds.next()).collect();
        assert!(ids.is_sorted_by(|earlier, later| earlier < later));
    }

    #[test]
    fn ids_are_version_seven_for_other_tools_to_read() {
        assert_eq!(Uuid::from_bytes(SystemIds.next()).get_version_num(), 7);
    }

    #[test]
    fn secrets_do_not_repeat() {
        let secrets: HashSet<_> = (0..1_000).map(|_| SystemIds.secret()).collect();
        assert_eq!(secrets.len(), 1_000);
    }
}
