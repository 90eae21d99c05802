//! Licence texts from the SPDX list, by the bodies that wrote them.

use crate::{CorpusError, Family, Text};

/// Title, authors, and the licences whose texts make up the dataset.
type Entry = (&'static str, &'static [(&'static str, u16)], &'static [&'static str]);

const FSF: &[(&str, u16)] = &[("Free Software Foundation", 10_000)];

const SETS: &[Entry] = &[
    ("GNU General Public Licences", FSF, &["GPL-1.0-only", "GPL-2.0-only", "GPL-3.0-only"]),
    ("GNU Lesser and Affero Licences", FSF, &["LGPL-2.1-only", "LGPL-3.0-only", "AGPL-3.0-only"]),
    ("GNU Free Documentation Licence", FSF, &["GFDL-1.3-only"]),
    ("Apache Licences", &[("Apache Software Foundation", 10_000)], &["Apache-1.0", "Apache-1.1", "Apache-2.0"]),
    ("Mozilla Public Licences", &[("Mozilla Foundation", 10_000)], &["MPL-1.0", "MPL-1.1", "MPL-2.0"]),
    (
        "Creative Commons Licences",
        &[("Creative Commons", 10_000)],
        &["CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0"],
    ),
    ("Eclipse Public Licences", &[("Eclipse Foundation", 10_000)], &["EPL-1.0", "EPL-2.0"]),
    (
        "Berkeley Licences",
        &[("Regents of the University of California", 10_000)],
        &["BSD-2-Clause", "BSD-3-Clause", "BSD-4-Clause"],
    ),
    ("MIT Licence and Kin", &[("Massachusetts Institute of Technology", 10_000)], &["MIT", "X11", "MIT-0"]),
    ("Python Licences", &[("Python Software Foundation", 10_000)], &["Python-2.0", "PSF-2.0"]),
    ("European Union Public Licences", &[("European Commission", 10_000)], &["EUPL-1.1", "EUPL-1.2"]),
    ("Open Data Commons", &[("Open Knowledge Foundation", 10_000)], &["ODbL-1.0", "ODC-By-1.0", "PDDL-1.0"]),
    ("IBM and Common Public Licences", &[("IBM", 10_000)], &["IPL-1.0", "CPL-1.0"]),
    ("CeCILL Licences", &[("CEA", 3_334), ("CNRS", 3_333), ("Inria", 3_333)], &["CECILL-2.1", "CECILL-B", "CECILL-C"]),
    ("SIL Open Font Licence", &[("SIL International", 10_000)], &["OFL-1.0", "OFL-1.1"]),
    ("Artistic Licences", &[("Larry Wall", 5_000), ("The Perl Foundation", 5_000)], &["Artistic-1.0", "Artistic-2.0"]),
];

pub(crate) fn load() -> Result<Vec<Text>, CorpusError> {
    SETS.iter()
        .map(|(title, authors, ids)| {
            let mut body = String::new();
            for id in *ids {
                let found = spdx::text::LICENSE_TEXTS.iter().find(|(name, _)| name == id);
                let (_, text) = found.ok_or_else(|| CorpusError::Missing(format!("the licence {id}")))?;
                body.push_str(text.trim_end());
                body.push_str("\n\n");
            }
            Ok(Text {
                title: (*title).into(),
                family: Family::Licence,
                authors: authors.to_vec(),
                licence: "CC0-1.0",
                body,
            })
        })
        .collect()
}
