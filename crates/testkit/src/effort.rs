//! How much of the proof a run is to give.

use std::env;

/// Whether `CARTWRIGHT_PROOF=long` asks for all of it.
pub fn is_long() -> bool {
    env::var("CARTWRIGHT_PROOF").is_ok_and(|value| value == "long")
}

/// How many rounds: `CARTWRIGHT_ROUNDS`, or so many by default.
pub fn rounds(by_default: u32) -> u32 {
    number("CARTWRIGHT_ROUNDS").unwrap_or(by_default)
}

/// With which luck: `CARTWRIGHT_SEED`, or always the same.
pub fn seed() -> u32 {
    number("CARTWRIGHT_SEED").unwrap_or(1)
}

fn number(name: &str) -> Option<u32> {
    env::var(name).ok().map(|text| text.parse().expect("rounds and seed are numbers"))
}

/// Luck that repeats itself: a linear congruential generator.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The luck of a seed.
    pub fn new(seed: u32) -> Self {
        Self(u64::from(seed))
    }

    /// A number below `end`, which is above zero.
    pub fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(self.0 >> 33).expect("31 bits fit") % end
    }

    /// One of several.
    pub fn one_of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let end = u32::try_from(choices.len()).expect("nobody writes down so many choices");
        &choices[self.below(end) as usize]
    }
}
