//! Which line differs between a published file and its recomputation.

use crate::compute::EpochOutput;
use crate::files::lines::numbered;
use crate::store::{Store, StoreError};
use tributary_core::manifest::Manifest;

/// The first line of a published state or graph that is another when recomputed,
/// if the leaves are the same: they say more.
pub(super) async fn difference(
    store: &Store,
    manifest: &Manifest,
    ours: &Manifest,
    output: &EpochOutput,
) -> Result<Option<String>, StoreError> {
    if manifest.leaf_file != ours.leaf_file {
        return Ok(None);
    }
    let (what, published, rebuilt) = if manifest.closing_state != ours.closing_state {
        ("closing state", manifest.closing_state, output.closing.encode().unwrap_or_default())
    } else if manifest.graph != ours.graph {
        ("graph", manifest.graph, output.graph.encode())
    } else {
        return Ok(None);
    };
    match store.get(&published).await {
        Ok(published) => Ok(Some(first_line(what, &published, &rebuilt))),
        Err(error) if error.is_absence() => {
            Ok(Some(format!("the manifest's {what} is not what recomputing gives, and {error}")))
        }
        Err(error) => Err(error),
    }
}

/// Says which line differs between two files of lines that are not the same.
fn first_line(what: &str, published: &[u8], rebuilt: &[u8]) -> String {
    let lines = |bytes| numbered(bytes).map(|(_, text)| String::from_utf8_lossy(text).trim_end().to_owned());
    let (mut theirs, mut ours) = (lines(published), lines(rebuilt));
    let mut line = 1;
    loop {
        let (published, rebuilt) = (theirs.next(), ours.next());
        if published != rebuilt || published.is_none() {
            let show = |text: Option<String>| text.unwrap_or_else(|| "no such line".into());
            return format!("line {line} of the {what} says {}, recomputing gives {}", show(published), show(rebuilt));
        }
        line += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_shown_from_both_sides() {
        let say = |ours: &[u8]| first_line("closing state", b"a\nb\nc\n", ours);
        assert_eq!(say(b"a\nx\nc\n"), "line 2 of the closing state says b, recomputing gives x");
        assert_eq!(say(b"a\nb\n"), "line 3 of the closing state says c, recomputing gives no such line");
        assert_eq!(say(b"a\nb\nc\nd\n"), "line 4 of the closing state says no such line, recomputing gives d");
    }
}
