//! Kinds of things in the world, each known by a few words of that kind.

use super::table::{self, Embeddings, Row};

/// Words that stand for places.
pub(super) const PLACES: &[&str] = &[
    "city",
    "town",
    "village",
    "island",
    "county",
    "brooklyn",
    "paris",
    "london",
    "texas",
    "canada",
    "chicago",
    "australia",
];

/// Words that stand for what is bought, visited, eaten or hired.
pub(super) const THINGS: &[&str] = &[
    "shop",
    "store",
    "sale",
    "ticket",
    "shoes",
    "shirt",
    "bag",
    "food",
    "drink",
    "restaurant",
    "bar",
    "recipe",
    "beer",
    "meat",
    "bread",
    "toy",
    "tool",
    "furniture",
    "box",
    "hotel",
    "insurance",
    "movie",
    "show",
    "festival",
    "parade",
    "museum",
    "agent",
    "lawyer",
    "company",
    "app",
    "website",
    "software",
    "device",
    "battery",
    "dog",
    "disease",
    "animal",
    "loan",
    "garden",
    "building",
];

/// How many of the nearest words of a kind count.
const NEAREST: usize = 3;

/// One kind.
#[derive(Debug)]
pub(super) struct Kind(Vec<Row>);

impl Kind {
    pub(super) fn new(words: &[&str], table: &Embeddings) -> Self {
        let vectors = words.iter().filter_map(|word| table.embed(word));
        Self(vectors.map(|vector| table::quantise(&vector)).collect())
    }

    /// The mean nearness of the word to the nearest words of the kind, at most 1.
    pub(super) fn likeness(&self, word: &str, table: &Embeddings) -> f32 {
        let Some(vector) = table.embed(word) else { return 0.0 };
        let vector = table::quantise(&vector);
        let mut near: Vec<f32> = self.0.iter().map(|known| known.cosine(&vector)).collect();
        near.sort_by(|a, b| b.total_cmp(a));
        let count = near.len().min(NEAREST);
        let divisor = u8::try_from(count.max(1)).map_or(1.0, f32::from);
        near.iter().take(count).sum::<f32>() / divisor
    }
}
