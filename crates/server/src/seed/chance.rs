//! Variety without chance: choices that look random and are the same every time.

/// A source of choices that follow from a text alone.
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    /// The choices that belong to `text`.
    pub(super) fn of(text: &str) -> Self {
        // FNV-1a: short, and stable for ever, which the hasher of the standard library is not.
        Self(text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        }))
    }

    /// A number from 0 to `limit` - 1; 0 when there is no such number.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        mixed.checked_rem(limit).and_then(|number| usize::try_from(number).ok()).unwrap_or(0)
    }

    /// One of `items`, unless there is none.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<usize> {
        let mut chance = Chance::of(text);
        (0..200).map(|_| chance.below(10)).collect()
    }

    #[test]
    fn the_same_text_chooses_the_same_and_another_text_does_not() {
        assert_eq!(numbers("ada@example.com"), numbers("ada@example.com"));
        assert_ne!(numbers("ada@example.com"), numbers("adb@example.com"));
    }

    #[test]
    fn every_number_comes_up() {
        let drawn = numbers("ada@example.com");
        assert!((0..10).all(|number| drawn.contains(&number)), "{drawn:?}");
    }

    #[test]
    fn nothing_is_picked_from_nothing() {
        assert_eq!(Chance::of("x").pick::<u8>(&[]), None);
        assert_eq!(Chance::of("x").below(0), 0);
    }
}
