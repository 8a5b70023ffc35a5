//! How words sound, so that what is written by ear is found: "tykwondo", "akordeon", "croshay".

/// Any vowel, or several in a row.
const VOWEL: char = 'V';
/// The sound in "shoe", "machine" and "nation".
const SH: char = 'S';

/// The keys of a word: spellings that sound alike share one. "ch" may be k or sh, and a t at the end of "ballet" is silent,
/// which makes up to four keys.
///
/// A key of fewer than three sounds would say that all short words are alike: such words have none.
pub(super) fn keys(letters: &[char]) -> Vec<Vec<char>> {
    let mut keys = vec![key(letters, 'k')];
    if letters.windows(2).any(|pair| pair == ['c', 'h']) {
        keys.push(key(letters, SH));
    }
    if letters.len() > 4 && letters.ends_with(&['e', 't']) {
        let silent: Vec<Vec<char>> =
            keys.iter().map(|key| key.split_last().map_or(vec![], |(_, key)| key.to_vec())).collect();
        keys.extend(silent);
    }
    keys.retain(|key| key.len() > 2);
    keys
}

/// Consonants as they sound, each run of vowels as one.
fn key(letters: &[char], ch: char) -> Vec<char> {
    let mut out: Vec<char> = Vec::with_capacity(letters.len());
    let mut push = |sound: char| {
        if out.last() != Some(&sound) {
            out.push(sound);
        }
    };
    let mut rest = match letters {
        ['k', 'n', ..] | ['w', 'r', ..] | ['p', 's', ..] | ['g', 'n', ..] => {
            letters.get(1..).unwrap_or_default()
        }
        ['x', rest @ ..] => {
            push('s');
            rest
        }
        all => all,
    };
    while let Some(first) = rest.first() {
        let read = match rest {
            ['p', 'h', ..] => {
                push('f');
                2
            }
            ['s', 'c', 'h', ..] => {
                push('s');
                push('k');
                3
            }
            ['t', 'c', 'h', ..] => {
                push(SH);
                3
            }
            ['s', 'h', ..] => {
                push(SH);
                2
            }
            ['c', 'h', ..] => {
                push(ch);
                2
            }
            ['t', 'i', 'o' | 'a', ..] => {
                push(SH);
                1
            }
            ['c', 'c', 'e' | 'i', ..] | ['x', ..] => {
                push('k');
                push('s');
                if *first == 'x' { 1 } else { 2 }
            }
            ['c', 'e' | 'i' | 'y', ..] | ['z', ..] => {
                push('s');
                1
            }
            ['c' | 'q', ..] => {
                push('k');
                1
            }
            ['d', 'g', 'e' | 'i' | 'y', ..] => {
                push('g');
                2
            }
            ['g', 'u', 'e' | 'i', ..] | ['g', 'h', ..] => {
                push('g');
                2
            }
            // Hard or soft, writers by ear take one for the other.
            ['j', ..] => {
                push('g');
                1
            }
            // Silent at the end, and where no vowel follows.
            ['e'] => 1,
            ['h', next, ..] if !is_vowel(*next) => 1,
            ['h'] => 1,
            [vowel, ..] if is_vowel(*vowel) => {
                push(VOWEL);
                1
            }
            _ => {
                push(*first);
                1
            }
        };
        rest = rest.get(read..).unwrap_or_default();
    }
    out
}

const fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(a: &str, b: &str) -> bool {
        let of = |word: &str| keys(&word.chars().collect::<Vec<_>>());
        let (a, b) = (of(a), of(b));
        a.iter().any(|key| b.contains(key))
    }

    #[test]
    fn spellings_of_the_same_sound_share_a_key() {
        for (typed, meant) in [
            ("fotografy", "photography"),
            ("akordeon", "accordion"),
            ("croshay", "crochet"),
            ("ballay", "ballet"),
            ("tykwondo", "taekwondo"),
            ("kemistry", "chemistry"),
            ("sikology", "psychology"),
            ("jimnastics", "gymnastics"),
            ("gitar", "guitar"),
            ("meditashion", "meditation"),
            ("zylophone", "xylophone"),
            ("aksent", "accent"),
        ] {
            assert!(alike(typed, meant), "{typed} {meant}");
        }
        for (a, b) in [("piano", "violin"), ("karate", "carpet"), ("tennis", "dennis"), ("boxing", "baking")]
        {
            assert!(!alike(a, b), "{a} {b}");
        }
    }
}
