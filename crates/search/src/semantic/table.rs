//! The table of token vectors, read from its file without copying the values.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::wordpiece;

/// A static table of token vectors.
#[derive(Debug)]
pub struct Embeddings {
    bytes: Cow<'static, [u8]>,
    tokens: FxHashMap<Box<str>, u32>,
    scales: Vec<f32>,
    values_at: usize,
    dimensions: usize,
    unknown: u32,
}

/// Why bytes are not a table of token vectors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEmbeddings {
    /// The file begins with other bytes.
    #[error("the table of meanings does not begin with 'ISEM'")]
    Magic,
    /// A version we do not know.
    #[error("the table of meanings has version {0}, not 1")]
    Version(u32),
    /// The file ends too early.
    #[error("the table of meanings ends at byte {0}, too early")]
    Short(usize),
    /// A token is not text.
    #[error("token {0} of the table of meanings is not UTF-8")]
    Token(u32),
    /// There is nothing in it, or vectors are longer than 4096.
    #[error("a table of meanings of {tokens} tokens with {dimensions} dimensions is of no use")]
    Shape {
        /// Number of tokens.
        tokens: u32,
        /// Length of a vector.
        dimensions: u32,
    },
}

impl Embeddings {
    /// The table that comes with the crate.
    ///
    /// # Errors
    /// [`InvalidEmbeddings`] if the file is broken.
    pub fn embedded() -> Result<Self, InvalidEmbeddings> {
        Self::from_bytes(include_bytes!("../../../../content/search/embeddings.bin").as_slice())
    }

    /// Reads a table.
    ///
    /// # Errors
    /// [`InvalidEmbeddings`] saying what is wrong with the bytes.
    pub fn from_bytes(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Self, InvalidEmbeddings> {
        let bytes = bytes.into();
        let mut reader = Reader { bytes: &bytes, at: 0 };
        if reader.take(4)? != b"ISEM" {
            return Err(InvalidEmbeddings::Magic);
        }
        let version = reader.number()?;
        if version != 1 {
            return Err(InvalidEmbeddings::Version(version));
        }
        let (count, width, unknown) = (reader.number()?, reader.number()?, reader.number()?);
        let shape = || InvalidEmbeddings::Shape { tokens: count, dimensions: width };
        if count == 0 || width == 0 || width > 4096 || unknown >= count {
            return Err(shape());
        }
        let dimensions = usize::try_from(width).map_err(|_too_large| shape())?;
        let rows = usize::try_from(count).map_err(|_too_large| shape())?;
        let mut tokens = FxHashMap::default();
        for id in 0..count {
            let length = usize::from(reader.take(1)?.first().copied().unwrap_or(0));
            let token = std::str::from_utf8(reader.take(length)?)
                .map_err(|_not_text| InvalidEmbeddings::Token(id))?;
            tokens.insert(Box::from(token), id);
        }
        let mut scales = Vec::with_capacity(rows.min(1 << 20));
        for _ in 0..count {
            scales.push(f32::from_le_bytes(reader.four()?));
        }
        let values_at = reader.at;
        reader.take(rows.saturating_mul(dimensions))?;
        Ok(Self { bytes, tokens, scales, values_at, dimensions, unknown })
    }

    pub(super) fn token(&self, token: &str) -> Option<u32> {
        self.tokens.get(token).copied()
    }

    /// The vector of a phrase, of length 1; nothing for a phrase without tokens.
    pub(super) fn embed(&self, phrase: &str) -> Option<Vec<f32>> {
        let mut sum = vec![0f32; self.dimensions];
        let mut any = false;
        wordpiece::pieces(phrase, self, self.unknown, &mut |id| {
            if id == self.unknown {
                return;
            }
            let Ok(row) = usize::try_from(id) else { return };
            let from = self.values_at + row * self.dimensions;
            let values = self.bytes.get(from..from + self.dimensions).unwrap_or_default();
            let scale = self.scales.get(row).copied().unwrap_or(0.0);
            for (total, value) in sum.iter_mut().zip(values) {
                *total += scale * f32::from(i8::from_le_bytes([*value]));
            }
            any = true;
        });
        let length = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
        if !any || length <= f32::EPSILON {
            return None;
        }
        for value in &mut sum {
            *value /= length;
        }
        Some(sum)
    }
}

/// A vector as whole numbers from -127 to 127 with one scale. Sixteen bits, because that is what processors multiply and add
/// in one step.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) values: Box<[i16]>,
    pub(super) scale: f32,
}

impl Row {
    /// The cosine of the angle between two vectors of length 1.
    pub(super) fn cosine(&self, other: &Self) -> f32 {
        dot(&self.values, &other.values) * self.scale * other.scale
    }
}

/// The vector as whole numbers.
#[expect(
    clippy::as_conversions,
    reason = "the value is rounded and within -127..=127; `as` is the only way from float to integer"
)]
pub(super) fn quantise(vector: &[f32]) -> Row {
    let largest = vector.iter().fold(f32::EPSILON, |largest, value| largest.max(value.abs()));
    let scale = largest / 127.0;
    Row { values: vector.iter().map(|value| (value / scale).round() as i16).collect(), scale }
}

/// Sum of the products of two rows.
#[expect(
    clippy::as_conversions,
    reason = "at most 4096 x 127 x 127, which a float holds to one part in 16 million"
)]
pub(super) fn dot(a: &[i16], b: &[i16]) -> f32 {
    a.iter().zip(b).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum::<i32>() as f32
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], InvalidEmbeddings> {
        let end = self.at.saturating_add(count);
        let taken = self.bytes.get(self.at..end).ok_or(InvalidEmbeddings::Short(self.bytes.len()))?;
        self.at = end;
        Ok(taken)
    }

    fn four(&mut self) -> Result<[u8; 4], InvalidEmbeddings> {
        let length = self.bytes.len();
        self.take(4)?.try_into().map_err(|_short| InvalidEmbeddings::Short(length))
    }

    fn number(&mut self) -> Result<u32, InvalidEmbeddings> {
        Ok(u32::from_le_bytes(self.four()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(tokens: &[(&str, [i8; 2])]) -> Vec<u8> {
        let mut bytes = b"ISEM".to_vec();
        for number in [1, u32::try_from(tokens.len()).unwrap(), 2, 0] {
            bytes.extend(number.to_le_bytes());
        }
        for (token, _) in tokens {
            bytes.push(u8::try_from(token.len()).unwrap());
            bytes.extend(token.as_bytes());
        }
        for _ in tokens {
            bytes.extend(0.5f32.to_le_bytes());
        }
        for (_, values) in tokens {
            bytes.extend(values.iter().map(|value| value.to_le_bytes()[0]));
        }
        bytes
    }

    #[test]
    fn a_phrase_is_the_sum_of_its_tokens_with_length_one() {
        let table =
            Embeddings::from_bytes(file(&[("[UNK]", [9, 9]), ("play", [6, 0]), ("##ing", [0, 8])])).unwrap();
        assert_eq!(table.embed("Playing").unwrap(), [0.6, 0.8]);
        assert_eq!(table.embed("zzz"), None);
        assert_eq!(table.embed(""), None);
    }

    #[test]
    fn broken_files_are_refused_with_the_reason() {
        let good = file(&[("[UNK]", [0, 0])]);
        assert_eq!(
            Embeddings::from_bytes(good[..good.len() - 1].to_vec()).unwrap_err(),
            InvalidEmbeddings::Short(good.len() - 1)
        );
        assert_eq!(Embeddings::from_bytes(b"nope".to_vec()).unwrap_err(), InvalidEmbeddings::Magic);
        let mut later = good;
        later[4] = 7;
        assert_eq!(Embeddings::from_bytes(later).unwrap_err(), InvalidEmbeddings::Version(7));
    }

    #[test]
    fn whole_numbers_keep_the_angle() {
        let row = quantise(&[0.6, 0.8]);
        assert!((row.cosine(&row) - 1.0).abs() < 0.01);
    }
}
