//! Cuts a text into passages that the model reads whole. Pure.

/// No dataset has more passages: a long text is sampled from start to end.
pub const PASSAGES_MAX: usize = 16;
/// A passage has about so many bytes: in European scripts the model reads it whole.
const PASSAGE_BYTES: usize = 900;

/// At most `most` passages of a text, the same for the same text: all of it when
/// it is short, else passages at equal distances from start to end.
pub fn passages(text: &str, most: usize) -> Vec<&str> {
    let text = text.trim();
    let whole = text.len().div_ceil(PASSAGE_BYTES);
    let count = whole.min(most);
    let cut = |nth: usize| word_start(text, (nth * PASSAGE_BYTES).min(text.len()));
    (0..count)
        .map(|n| n * whole / count)
        .map(|nth| text[cut(nth)..cut(nth + 1)].trim())
        .filter(|passage| !passage.is_empty())
        .collect()
}

/// Where a word starts at or before `at`, or a character if no word does nearby.
fn word_start(text: &str, at: usize) -> usize {
    let at = text.floor_char_boundary(at);
    if at == text.len() {
        return at;
    }
    let nearby = text.floor_char_boundary(at.saturating_sub(64));
    text[nearby..at].rfind(char::is_whitespace).map_or(at, |space| {
        let space = nearby + space;
        space + text[space..].chars().next().map_or(0, char::len_utf8)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_is_covered_whole() {
        let text = "the river carries the sea. ".repeat(80);
        let found = passages(&text, 16);
        assert_eq!(found.len(), 3);
        let words: Vec<&str> = found.iter().flat_map(|passage| passage.split_whitespace()).collect();
        assert_eq!(words, text.split_whitespace().collect::<Vec<_>>());
    }

    #[test]
    fn a_long_text_is_sampled_from_start_to_end() {
        let text: String = (0..100_000).map(|n| format!("{n} ")).collect();
        let found = passages(&text, 8);
        assert_eq!(found.len(), 8);
        assert!(found.iter().all(|passage| passage.len() <= PASSAGE_BYTES + 64));
        assert!(found[0].starts_with("0 1 2 "));
        assert!(found[7].split(' ').next().and_then(|n| n.parse::<u32>().ok()) > Some(80_000));
    }

    #[test]
    fn no_character_is_cut_and_nothing_has_no_passages() {
        assert!(passages(" \n ", 8).is_empty());
        assert_eq!(passages(&"é日本".repeat(1_000), 3).len(), 3);
    }
}
