//! An owner's own description of a dataset: a Croissant file, in JSON-LD. It is
//! published to the byte inside the metadata, so it must be about what is declared.
//! Pure. The vocabulary is that of <http://mlcommons.org/croissant/1.1>.

use serde_json::Value;
use tributary_core::id::FileHash;

/// No description is longer, in bytes.
pub const CROISSANT_BYTES_MAX: usize = 32 * 1024;
/// What it may say that it conforms to.
const VERSIONS: [&str; 2] = ["http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/1.1"];
/// How a dataset's type may be written.
const DATASET: [&str; 4] = ["Dataset", "sc:Dataset", "schema:Dataset", "https://schema.org/Dataset"];
/// How a file's type may be written.
const FILE: [&str; 3] = ["cr:FileObject", "FileObject", "http://mlcommons.org/croissant/FileObject"];
/// Where SPDX has its licences.
const SPDX: [&str; 2] = ["https://spdx.org/licenses/", "http://spdx.org/licenses/"];

/// Why a description is not taken.
#[derive(Debug, thiserror::Error)]
pub enum CroissantError {
    /// Too long.
    #[error("the Croissant file has {0} bytes and at most {CROISSANT_BYTES_MAX} are taken")]
    Long(usize),
    /// Not JSON.
    #[error("the Croissant file is not JSON")]
    Json(#[source] serde_json::Error),
    /// Another kind of document.
    #[error("the Croissant file must be a Dataset that conforms to {} or {}", VERSIONS[0], VERSIONS[1])]
    Kind,
    /// Another licence than is declared.
    #[error("the Croissant file's licence is {found:?} and {declared} is declared: make them one")]
    Licence {
        /// What it says.
        found: String,
        /// What the declaration says.
        declared: String,
    },
    /// About another file.
    #[error("the Croissant file's distribution has no FileObject with the sha256 {0}, which is the declared file's")]
    File(FileHash),
}

/// Refuses a description that is none, or is about something else.
pub fn check(text: &str, licence: &str, file: &FileHash) -> Result<(), CroissantError> {
    if text.len() > CROISSANT_BYTES_MAX {
        return Err(CroissantError::Long(text.len()));
    }
    let document: Value = serde_json::from_str(text).map_err(CroissantError::Json)?;
    if !any(&document["@type"], |kind| DATASET.contains(&kind))
        || !any(&document["conformsTo"], |version| VERSIONS.contains(&version))
    {
        return Err(CroissantError::Kind);
    }
    if !any(&document["license"], |found| is_licence(found, licence)) {
        let found = document["license"].as_str().map_or_else(|| document["license"].to_string(), str::to_owned);
        return Err(CroissantError::Licence { found, declared: licence.to_owned() });
    }
    let hash = file.to_string();
    let is_declared = |object: &Value| {
        any(&object["@type"], |kind| FILE.contains(&kind))
            && object["sha256"].as_str().is_some_and(|found| found.eq_ignore_ascii_case(&hash))
    };
    let distribution = &document["distribution"];
    if !is_declared(distribution) && !distribution.as_array().is_some_and(|objects| objects.iter().any(is_declared)) {
        return Err(CroissantError::File(*file));
    }
    Ok(())
}

/// Whether a text, or one of several, is as wanted: JSON-LD lets one stand for a list.
fn any(value: &Value, wanted: impl Fn(&str) -> bool) -> bool {
    let is_wanted = |value: &Value| value.as_str().is_some_and(&wanted);
    is_wanted(value) || value.as_array().is_some_and(|values| values.iter().any(is_wanted))
}

/// By its identifier, or by its page at SPDX.
fn is_licence(found: &str, licence: &str) -> bool {
    let page = SPDX.iter().find_map(|site| found.strip_prefix(site));
    let named = page.map_or(found, |page| page.strip_suffix(".html").unwrap_or(page));
    named == licence
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    const HASH: FileHash = FileHash([3; 32]);

    fn good() -> Value {
        json!({
            "@context": {"@vocab": "https://schema.org/", "cr": "http://mlcommons.org/croissant/", "sc": "https://schema.org/"},
            "@type": "sc:Dataset",
            "conformsTo": "http://mlcommons.org/croissant/1.0",
            "name": "river-songs",
            "license": "https://spdx.org/licenses/CC-BY-4.0.html",
            "distribution": [
                {"@type": "cr:FileSet", "@id": "parts"},
                {"@type": "cr:FileObject", "@id": "songs", "sha256": HASH.to_string()},
            ],
        })
    }

    fn with(member: &str, value: Value) -> Result<(), CroissantError> {
        let mut document = good();
        document[member] = value;
        check(&document.to_string(), "CC-BY-4.0", &HASH)
    }

    #[test]
    fn a_description_of_the_declared_file_under_the_declared_licence_is_taken() {
        check(&good().to_string(), "CC-BY-4.0", &HASH).unwrap();
        with("license", json!("CC-BY-4.0")).unwrap();
        with("license", json!(["https://example.com/terms", "CC-BY-4.0"])).unwrap();
        with("@type", json!(["Dataset", "CreativeWork"])).unwrap();
        with("distribution", json!({"@type": "FileObject", "sha256": HASH.to_string().to_uppercase()})).unwrap();
    }

    #[test]
    fn anything_else_is_refused_with_what_to_do() {
        let other = json!([{"@type": "cr:FileObject", "sha256": FileHash([4; 32]).to_string()}]);
        let set = json!([{"@type": "cr:FileSet", "sha256": HASH.to_string()}]);
        for (member, value, words) in [
            ("@type", json!("sc:Person"), "must be a Dataset"),
            ("conformsTo", json!("http://mlcommons.org/croissant/9"), "croissant/1.1"),
            ("conformsTo", Value::Null, "croissant/1.1"),
            ("license", json!("CC-BY-NC-4.0"), "make them one"),
            ("license", Value::Null, "make them one"),
            ("distribution", other, "which is the declared file's"),
            ("distribution", set, "which is the declared file's"),
            ("distribution", Value::Null, "which is the declared file's"),
        ] {
            let error = with(member, value).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
        assert!(matches!(check("{", "CC-BY-4.0", &HASH), Err(CroissantError::Json(_))));
        assert!(matches!(check(&" ".repeat(40_000), "CC-BY-4.0", &HASH), Err(CroissantError::Long(40_000))));
        for odd in ["[]", "7", "null", "\"Dataset\""] {
            assert!(matches!(check(odd, "CC-BY-4.0", &HASH), Err(CroissantError::Kind)), "{odd}");
        }
    }
}
