//! Short names of New York areas, for small calendar entries.

const ABBREVIATIONS: [(&str, &str); 26] = [
    ("Upper West Side", "UWS"),
    ("Upper East Side", "UES"),
    ("Lower East Side", "LES"),
    ("Financial District", "FiDi"),
    ("Tribeca", "TriBeCa"),
    ("Greenwich Village", "Village"),
    ("East Village", "E Village"),
    ("West Village", "W Village"),
    ("Midtown", "Midtown"),
    ("Midtown East", "Midtown E"),
    ("Midtown West", "Midtown W"),
    ("Chelsea", "Chelsea"),
    ("Harlem", "Harlem"),
    ("Williamsburg", "Williamsburg"),
    ("Park Slope", "Park Slope"),
    ("Queens", "Queens"),
    ("Astoria", "Astoria"),
    ("Bronx", "Bronx"),
    ("Manhattan", "Manhattan"),
    ("Soho", "SoHo"),
    ("Noho", "NoHo"),
    ("Washington Heights", "Wash Heights"),
    ("Brooklyn", "BK"),
    ("Brooklyn Heights", "BK Heights"),
    ("Long Island City", "LIC"),
    ("Staten Island", "SI"),
];
const ANYWHERE: &str = "NYC";
const SHORT_CHARS: usize = 10;

/// The short name of the first of some areas joined by commas.
pub(super) fn abbreviation(areas: Option<&str>) -> String {
    let first = areas.unwrap_or_default().split(',').next().unwrap_or_default().trim();
    if first.is_empty() {
        return ANYWHERE.to_owned();
    }
    ABBREVIATIONS
        .iter()
        .find(|(name, _)| *name == first)
        .map_or_else(|| first.chars().take(SHORT_CHARS).collect(), |(_, short)| (*short).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_area_is_shortened() {
        for (areas, short) in [
            (None, "NYC"),
            (Some(""), "NYC"),
            (Some("Upper West Side, Harlem"), "UWS"),
            (Some("Brooklyn Heights"), "BK Heights"),
            (Some("Bedford Stuyvesant"), "Bedford St"),
        ] {
            assert_eq!(abbreviation(areas), short);
        }
    }
}
