//! Where the variables come from: the environment of the process and the file `.env`.

use std::{collections::BTreeMap, ffi::OsString, path::Path};

use super::Mistakes;

/// The variables of the process, names in upper case.
#[derive(Default)]
pub struct Variables(BTreeMap<String, String>);

impl Variables {
    /// The environment of this process; what it lacks is taken from `.env` in the working directory unless `CI` is set.
    ///
    /// Nothing else in the server reads the environment.
    ///
    /// # Errors
    /// [`Mistakes`] when a value is not text or the file cannot be read.
    pub fn from_process() -> Result<Self, Mistakes> {
        Self::gather(std::env::vars_os(), Path::new(".env"))
    }

    /// The environment given, and what it lacks from a file that need not exist.
    fn gather(
        environment: impl Iterator<Item = (OsString, OsString)>,
        file: &Path,
    ) -> Result<Self, Mistakes> {
        let mut mistakes = Vec::new();
        let mut variables = BTreeMap::new();
        for (name, value) in environment {
            // Names that are not text are nobody's configuration.
            let Ok(name) = name.into_string() else { continue };
            let upper = name.to_ascii_uppercase();
            let Ok(value) = value.into_string() else {
                if OURS.contains(&upper.as_str()) || upper.starts_with("INSTAINSTRU_") {
                    mistakes.push(format!("{name}: the value is not UTF-8 text"));
                }
                continue;
            };
            // Spelt exactly wins over another case of the same name.
            if name == upper || !variables.contains_key(&upper) {
                variables.insert(upper, value);
            }
        }
        if !variables.contains_key("CI") {
            match from_file(file) {
                Ok(found) => {
                    for (name, value) in found {
                        variables.entry(name.to_ascii_uppercase()).or_insert(value);
                    }
                }
                Err(mistake) => mistakes.push(mistake),
            }
        }
        if mistakes.is_empty() { Ok(Self(variables)) } else { Err(Mistakes(mistakes)) }
    }

    /// The value of a variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }

    /// The names of all variables.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// Variables that must not be passed over in silence when their value is not text.
const OURS: [&str; 2] = ["DATABASE_URL", "SECRET_KEY"];

fn from_file(path: &Path) -> Result<Vec<(String, String)>, String> {
    let lines = match dotenvy::from_path_iter(path) {
        Ok(lines) => lines,
        Err(dotenvy::Error::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(format!("{}: cannot be read: {error}", path.display())),
    };
    lines.collect::<Result<_, _>>().map_err(|error| {
        // The error of the parser quotes the line, which may hold a secret.
        match error {
            dotenvy::Error::LineParse(_line, position) => {
                format!("{}: a line cannot be understood (at character {position} of it)", path.display())
            }
            other => format!("{}: {other}", path.display()),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    fn gather(environment: &[(&str, &str)], file: &str) -> Result<Variables, Mistakes> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(".env");
        std::fs::write(&path, file).unwrap();
        Variables::gather(environment.iter().map(|(name, value)| (name.into(), value.into())), &path)
    }

    #[test]
    fn the_environment_wins_over_the_file_and_names_have_no_case() {
        let found =
            gather(&[("port", "1"), ("HOST", "a"), ("host", "b")], "PORT=2\nlog_format=json\n").unwrap();
        assert_eq!(found.get("PORT").as_deref(), Some("1"));
        assert_eq!(found.get("HOST").as_deref(), Some("a"));
        assert_eq!(found.get("LOG_FORMAT").as_deref(), Some("json"));
    }

    #[test]
    fn the_file_is_ignored_on_build_machines() {
        assert_eq!(gather(&[("CI", "1")], "PORT=2\n").unwrap().get("PORT"), None);
    }

    #[test]
    fn a_missing_file_is_fine() {
        assert!(Variables::gather(std::iter::empty(), Path::new("/nowhere/.env")).is_ok());
    }

    #[test]
    fn a_line_that_cannot_be_understood_is_reported_without_quoting_it() {
        let mistake = gather(&[], "SECRET_KEY='hunter2 is not closed\n").err().unwrap().to_string();
        assert!(mistake.contains(".env") && !mistake.contains("hunter2"), "{mistake}");
    }

    #[test]
    fn a_value_that_is_not_text_is_a_mistake_only_where_it_matters() {
        let broken = || OsString::from_vec(vec![0xff]);
        let gathered = Variables::gather(
            [("TERM".into(), broken()), ("DATABASE_URL".into(), broken())].into_iter(),
            Path::new("/nowhere/.env"),
        );
        assert_eq!(gathered.err().unwrap().to_string(), "DATABASE_URL: the value is not UTF-8 text");
    }
}
