//! Charts: shapes that templates draw as SVG, and the same figures as rows of a table.
//!
//! Heights and shades are whole numbers, so a chart says what it shows without any style of its own.

use serde::Serialize;

/// Height of the area that bars are drawn in.
const HEIGHT: u64 = 100;
/// Width of the place of one group of bars; a tenth of it is left free on either side.
const STEP: u64 = 10;
/// Width and height of a cell of a heat map, the gap around it included.
const CELL: u64 = 10;
/// The darkest shade of a heat map.
const DARKEST: u64 = 4;

/// Groups of bars beside each other, and the table that says the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct BarChart {
    /// Begin of the ids on the page.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    /// The chart in a sentence.
    pub(crate) summary: String,
    /// What groups are, such as `Week of`.
    pub(crate) of: &'static str,
    /// What the bars of a group stand for.
    pub(crate) series: Vec<&'static str>,
    /// Width of the whole.
    pub(crate) width: u64,
    pub(crate) bars: Vec<Bar>,
    /// The greatest value, in words.
    pub(crate) top: String,
    pub(crate) rows: Vec<Row>,
}

/// A bar that stands on the ground.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Bar {
    pub(crate) x: u64,
    pub(crate) y: u64,
    pub(crate) width: u64,
    pub(crate) height: u64,
    /// Which of the series, from 1.
    pub(crate) series: usize,
    /// What it stands for, in words.
    pub(crate) text: String,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Row {
    pub(crate) head: String,
    pub(crate) cells: Vec<String>,
}

/// What a bar is as high as, and how that is said.
pub(crate) type Value = (u64, String);

impl BarChart {
    /// Draws groups of bars, each with its name and a value for every series. `None` when all values are 0.
    pub(crate) fn new(
        (id, title): (&'static str, &'static str),
        of: &'static str,
        series: &[&'static str],
        groups: Vec<(String, Vec<Value>)>,
    ) -> Option<Self> {
        let values =
            || groups.iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
        let (peak, (greatest, top)) = values().max_by_key(|(_, (value, _))| *value)?;
        if *greatest == 0 {
            return None;
        }
        let width = (STEP - 2) / u64::try_from(series.len()).unwrap_or(u64::MAX).max(1);
        let mut bars = Vec::new();
        for (place, (name, values)) in (0..).zip(&groups) {
            for ((nth, (value, text)), label) in (0..).zip(values).zip(series) {
                // Whatever is more than nothing is seen.
                let height = if *value == 0 { 0 } else { (value * HEIGHT / greatest).max(1) };
                bars.push(Bar {
                    x: place * STEP + 1 + nth * width,
                    y: HEIGHT - height,
                    width,
                    height,
                    series: bars.len() % series.len().max(1) + 1,
                    text: format!("{of} {name}: {label} {text}"),
                });
            }
        }
        Some(Self {
            id,
            title,
            summary: format!("Most: {top}, {} {peak}.", of.to_lowercase()),
            of,
            series: series.to_vec(),
            width: STEP * u64::try_from(groups.len()).unwrap_or_default(),
            bars,
            top: top.clone(),
            rows: groups
                .into_iter()
                .map(|(head, values)| Row { head, cells: values.into_iter().map(|(_, text)| text).collect() })
                .collect(),
        })
    }
}

/// Cells in rows and columns, the darker the more, and the table that says the same with rows and columns exchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct HeatMap {
    /// Begin of the ids on the page.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    /// The map in a sentence.
    pub(crate) summary: String,
    pub(crate) width: u64,
    pub(crate) height: u64,
    pub(crate) cells: Vec<Cell>,
    /// Names of the rows, short.
    pub(crate) names: Vec<String>,
    /// The first and the last column, in words.
    pub(crate) ends: (String, String),
    /// A row of the table for each column of the map.
    pub(crate) rows: Vec<Row>,
}

/// A square.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Cell {
    pub(crate) x: u64,
    pub(crate) y: u64,
    /// 0 for nothing, then lighter to darker.
    pub(crate) shade: u64,
    /// What it stands for, in words.
    pub(crate) text: String,
}

impl HeatMap {
    /// Draws a row for each name with its counts; `columns` names the columns. Columns before the first and after the last count
    /// are left out. `None` when all counts are 0.
    pub(crate) fn new(
        (id, title): (&'static str, &'static str),
        one: &str,
        columns: &[String],
        rows: &[(&str, Vec<u64>)],
    ) -> Option<Self> {
        let all = || {
            rows.iter().flat_map(|(name, counts)| {
                counts.iter().zip(columns).map(move |(count, column)| (*count, *name, column))
            })
        };
        let (most, day, column) = all().max_by_key(|(count, ..)| *count).filter(|(most, ..)| *most > 0)?;
        let is_used =
            |place: &usize| rows.iter().any(|(_, counts)| counts.get(*place).is_some_and(|count| *count > 0));
        let first = (0..columns.len()).find(is_used)?;
        let last = (0..columns.len()).rfind(is_used)?;
        let shown = columns.get(first..=last)?;
        let count_of = |counts: &[u64], nth: usize| counts.get(first + nth).copied().unwrap_or_default();
        let mut cells = Vec::new();
        for (y, (name, counts)) in (0..).zip(rows) {
            for (nth, (x, column)) in (0..).zip(shown).enumerate() {
                let count = count_of(counts, nth);
                cells.push(Cell {
                    x: x * CELL,
                    y: y * CELL,
                    shade: (count * DARKEST).div_ceil(most),
                    text: format!("{name} {column}: {}", crate::words::count(count, one)),
                });
            }
        }
        Some(Self {
            id,
            title,
            summary: format!("Busiest: {day} {column} with {}.", crate::words::count(most, one)),
            width: CELL * u64::try_from(shown.len()).unwrap_or_default(),
            height: CELL * u64::try_from(rows.len()).unwrap_or_default(),
            cells,
            names: rows.iter().map(|(name, _)| name.chars().take(3).collect()).collect(),
            ends: (shown.first()?.clone(), shown.last()?.clone()),
            rows: shown
                .iter()
                .enumerate()
                .map(|(nth, column)| Row {
                    head: column.clone(),
                    cells: rows.iter().map(|(_, counts)| count_of(counts, nth).to_string()).collect(),
                })
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(value: u64) -> Value {
        (value, format!("{value} h"))
    }

    #[test]
    fn bars_stand_on_the_ground_and_the_greatest_fills_the_chart() {
        let groups = vec![
            ("Jul 6".to_owned(), vec![value(40), value(10)]),
            ("Jul 13".to_owned(), vec![value(20), value(0)]),
        ];
        let chart = BarChart::new(("hours", "Hours"), "Week of", &["Offered", "Booked"], groups).unwrap();
        let shapes: Vec<_> =
            chart.bars.iter().map(|bar| (bar.x, bar.y, bar.width, bar.height, bar.series)).collect();
        assert_eq!(shapes, [(1, 0, 4, 100, 1), (5, 75, 4, 25, 2), (11, 50, 4, 50, 1), (15, 100, 4, 0, 2)]);
        assert_eq!((chart.width, chart.top.as_str()), (20, "40 h"));
        assert_eq!(chart.summary, "Most: 40 h, week of Jul 6.");
        assert_eq!(chart.bars[1].text, "Week of Jul 6: Booked 10 h");
        assert_eq!(
            chart.rows[1],
            Row { head: "Jul 13".to_owned(), cells: vec!["20 h".into(), "0 h".into()] }
        );
    }

    #[test]
    fn whatever_is_more_than_nothing_is_seen() {
        let groups = vec![("a".to_owned(), vec![value(1)]), ("b".to_owned(), vec![value(1_000_000)])];
        let chart = BarChart::new(("x", "X"), "Week of", &["X"], groups).unwrap();
        assert_eq!((chart.bars[0].height, chart.bars[0].width), (1, 8));
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        let groups = vec![("a".to_owned(), vec![value(0)])];
        assert_eq!(BarChart::new(("x", "X"), "Week of", &["X"], groups), None);
        assert_eq!(BarChart::new(("x", "X"), "Week of", &["X"], vec![]), None);
        assert_eq!(HeatMap::new(("x", "X"), "lesson", &["9 AM".to_owned()], &[("Monday", vec![0])]), None);
    }

    #[test]
    fn a_heat_map_shows_the_columns_in_use_and_shades_by_the_greatest() {
        let hours: Vec<String> = (8..13).map(|hour| format!("{hour}:00")).collect();
        let rows = [("Monday", vec![0, 1, 0, 8, 0]), ("Tuesday", vec![0, 2, 0, 5, 0])];
        let map = HeatMap::new(("busy", "Busy"), "lesson", &hours, &rows).unwrap();
        assert_eq!(map.ends, ("9:00".to_owned(), "11:00".to_owned()));
        assert_eq!((map.width, map.height), (30, 20));
        assert_eq!(map.cells.iter().map(|cell| cell.shade).collect::<Vec<_>>(), [1, 0, 4, 1, 0, 3]);
        assert_eq!(
            (map.cells[5].x, map.cells[5].y, map.cells[5].text.as_str()),
            (20, 10, "Tuesday 11:00: 5 lessons")
        );
        assert_eq!(map.summary, "Busiest: Monday 11:00 with 8 lessons.");
        assert_eq!(map.names, ["Mon", "Tue"]);
        assert_eq!(map.rows[0], Row { head: "9:00".to_owned(), cells: vec!["1".into(), "2".into()] });
    }
}
