//! Pictures of pages as small files. Pages have few colours, but smooth letters have many shades: with a palette of those that matter
//! a picture takes a third of the space, and no eye and no comparison sees the difference.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::Path;

use anyhow::{Context, Result};
use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Filter};

/// As many colours as one byte can name.
const COLOURS: usize = 256;

type Colour = [u8; 3];

/// Shrinks the pictures in this directory that were not shrunk before.
pub(crate) fn shrink_all(directory: &Path) -> Result<()> {
    let reading = || format!("cannot read {}", directory.display());
    for entry in fs::read_dir(directory).with_context(reading)? {
        let path = entry.with_context(reading)?.path();
        if path.extension().is_none_or(|extension| extension != "png") {
            continue;
        }
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let shrunk = shrink(&bytes).with_context(|| format!("cannot shrink {}", path.display()))?;
        if let Some(shrunk) = shrunk {
            fs::write(&path, shrunk).with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    Ok(())
}

/// The same picture with a palette; `None` when it has one, or is no picture in colour.
fn shrink(bytes: &[u8]) -> Result<Option<Vec<u8>>> {
    let mut reader = Decoder::new(Cursor::new(bytes)).read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().context("it is too large")?];
    let frame = reader.next_frame(&mut pixels)?;
    pixels.truncate(frame.buffer_size());
    let samples = match (frame.color_type, frame.bit_depth) {
        // Screenshots are opaque.
        (kind @ (ColorType::Rgb | ColorType::Rgba), BitDepth::Eight) => kind.samples(),
        _ => return Ok(None),
    };
    let colours: Vec<&Colour> = pixels.chunks_exact(samples).filter_map(<[u8]>::first_chunk).collect();
    // Pages are mostly empty: runs of one colour.
    let runs =
        || colours.chunk_by(|one, next| one == next).filter_map(|run| Some((**run.first()?, run.len())));
    let mut counts: BTreeMap<Colour, usize> = BTreeMap::new();
    for (colour, length) in runs() {
        *counts.entry(colour).or_default() += length;
    }
    let palette = palette_of(&counts);
    let names: BTreeMap<Colour, u8> =
        counts.into_keys().map(|colour| (colour, nearest(colour, &palette))).collect();
    let mut indices = Vec::with_capacity(colours.len());
    for (colour, length) in runs() {
        let name = names.get(&colour).context("a colour has no name")?;
        indices.resize(indices.len() + length, *name);
    }

    let mut shrunk = Vec::new();
    let mut encoder = Encoder::new(&mut shrunk, frame.width, frame.height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(palette.concat());
    encoder.set_compression(Compression::High);
    // Filters are for colours that change little by little; names of colours do not.
    encoder.set_filter(Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&indices)?;
    writer.finish()?;
    Ok(Some(shrunk))
}

/// The colours by which most is won: the most frequent one, and then always that of which many pixels are far from all before.
fn palette_of(counts: &BTreeMap<Colour, usize>) -> Vec<Colour> {
    // How far each colour is from the nearest one of the palette, which is empty yet.
    let mut far: Vec<(Colour, u64, u64)> = counts
        .iter()
        .map(|(colour, count)| (*colour, u64::try_from(*count).unwrap_or(u64::MAX), 1))
        .collect();
    let mut palette = Vec::new();
    while palette.len() < COLOURS {
        let wrong =
            |(colour, count, distance): &(Colour, u64, u64)| (count.saturating_mul(*distance), *colour);
        let Some(&(next, _count, 1..)) = far.iter().max_by_key(|one| wrong(one)) else { break };
        palette.push(next);
        let is_first = palette.len() == 1;
        for (colour, _count, least) in &mut far {
            let distance = distance(*colour, next);
            *least = if is_first { distance } else { distance.min(*least) };
        }
    }
    palette
}

/// How different two colours are.
fn distance(one: Colour, other: Colour) -> u64 {
    one.iter().zip(other).map(|(one, other)| u64::from(one.abs_diff(other)).pow(2)).sum()
}

/// The name of the colour of a palette that is closest.
fn nearest(colour: Colour, palette: &[Colour]) -> u8 {
    (0..=u8::MAX)
        .zip(palette)
        .min_by_key(|(_name, other)| distance(colour, **other))
        .map_or(0, |(name, _other)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(kind: ColorType, pixels: &[u8], width: u32) -> Vec<u8> {
        let samples = u32::try_from(kind.samples()).unwrap();
        let height = u32::try_from(pixels.len()).unwrap() / samples / width;
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, width, height);
        encoder.set_color(kind);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(pixels).unwrap();
        writer.finish().unwrap();
        bytes
    }

    /// The colours of a picture as everybody else reads them.
    fn colours(bytes: &[u8]) -> Vec<u8> {
        let mut decoder = Decoder::new(Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        pixels.truncate(frame.buffer_size());
        pixels
    }

    #[test]
    fn few_colours_stay_exactly_as_they_are() {
        let pixels: Vec<u8> = (0..200_u8).flat_map(|nth| [nth, 255 - nth, 7]).collect();
        let shrunk = shrink(&picture(ColorType::Rgb, &pixels, 20)).unwrap().unwrap();
        assert_eq!(colours(&shrunk), pixels);
        let opaque: Vec<u8> = pixels.chunks(3).flat_map(|colour| [colour, &[255]].concat()).collect();
        let shrunk = shrink(&picture(ColorType::Rgba, &opaque, 20)).unwrap().unwrap();
        assert_eq!(colours(&shrunk), pixels);
    }

    #[test]
    fn rare_shades_become_the_nearest_colour_that_matters() {
        // White paper, black letters, 254 greens, and one shade of nearly black and nearly white each.
        let mut pixels = [[255; 3]; 4000].concat();
        pixels.extend([[0; 3]; 4000].concat());
        for green in 0..254 {
            pixels.extend([[0, green, 200]; 100].concat());
        }
        pixels.extend([[3, 2, 1], [250, 255, 254]].concat());
        let shrunk = shrink(&picture(ColorType::Rgb, &pixels, 2)).unwrap().unwrap();
        let seen = colours(&shrunk);
        assert!(seen[..pixels.len() - 6] == pixels[..pixels.len() - 6], "a colour that matters is another");
        assert_eq!(seen[pixels.len() - 6..], [0, 0, 0, 255, 255, 255]);
    }

    #[test]
    fn what_has_a_palette_is_left_alone() {
        let shrunk = shrink(&picture(ColorType::Rgb, &[1, 2, 3, 4, 5, 6], 2)).unwrap().unwrap();
        assert_eq!(shrink(&shrunk).unwrap(), None);
        assert!(shrink(b"no picture").is_err());
    }

    #[test]
    fn only_pictures_of_a_directory_are_touched() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("home.png");
        fs::write(&path, picture(ColorType::Rgb, &[9; 30_000], 100)).unwrap();
        fs::write(directory.path().join("README.md"), "words").unwrap();
        let before = fs::metadata(&path).unwrap().len();
        shrink_all(directory.path()).unwrap();
        assert!(fs::metadata(&path).unwrap().len() < before);
        assert_eq!(fs::read_to_string(directory.path().join("README.md")).unwrap(), "words");
    }
}
