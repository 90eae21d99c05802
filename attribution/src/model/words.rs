//! Where words and pieces begin and end. A piece is what stands before the next
//! word and that word, whole.

/// The longest piece, in bytes: text without words still comes in pieces.
const PIECE_MAX: usize = 64;
/// How far to look for the next word, in bytes.
const LOOK_AHEAD: usize = 4 * PIECE_MAX;

/// Whether a character belongs to a word.
fn in_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\'' | '’')
}

/// The end of a text, at most `most` bytes, whole characters.
pub(super) fn last_bytes(text: &str, most: usize) -> &str {
    let mut from = text.len().saturating_sub(most);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    &text[from..]
}

/// What follows `at` in its document, as far as one piece can reach. `at` is
/// where a character starts or the document ends.
pub(super) fn following(texts: &[u8], at: usize) -> &str {
    window(texts, at, PIECE_MAX)
}

/// What follows the word around `at`, which may lie inside a character.
pub(super) fn following_word(texts: &[u8], at: usize) -> &str {
    let tail = texts.get(at..).unwrap_or_default();
    let inside = tail.iter().take_while(|byte| **byte & 0xc0 == 0x80).count();
    let ahead = window(texts, at + inside, LOOK_AHEAD);
    let rest = ahead.trim_start_matches(in_word);
    &rest[..rest.floor_char_boundary(PIECE_MAX)]
}

/// Up to `most` bytes, no longer than they are UTF-8: documents are, and what
/// stands between them is not.
fn window(texts: &[u8], at: usize, most: usize) -> &str {
    let bytes = &texts[at.min(texts.len())..at.saturating_add(most).min(texts.len())];
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}

/// The first piece of a text: up to the end of its first word.
pub(super) fn piece(text: &str) -> &str {
    let word = text.find(in_word).unwrap_or(text.len());
    let length = text[word..].find(|c| !in_word(c)).map_or(text.len(), |end| word + end);
    &text[..length]
}

/// Where ends of a context may start, ascending: at each word, and at the
/// character before it, which tells *is* from the end of *this*.
pub(super) fn context_starts(context: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut before: Option<(usize, char)> = None;
    for (at, c) in context.char_indices() {
        let opens = in_word(c) && before.is_none_or(|(_, last)| !in_word(last));
        if opens {
            starts.extend(before.map(|(at, _)| at));
            starts.push(at);
        }
        before = Some((at, c));
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_reaches_to_the_end_of_the_first_word() {
        assert_eq!(piece(", free of charge"), ", free");
        assert_eq!(piece("nse is"), "nse");
        assert_eq!(piece("  \n"), "  \n");
        assert_eq!(piece("don't stop"), "don't");
        assert_eq!(piece(""), "");
    }

    #[test]
    fn ends_of_a_context_start_at_words_and_before_them() {
        assert_eq!(context_starts("the old, man"), [0, 3, 4, 8, 9]);
        assert_eq!(context_starts("é à"), [0, 2, 3]);
        assert!(context_starts("").is_empty());
    }

    #[test]
    fn no_character_is_cut_and_no_document_left() {
        let mut texts = "aé日本 end".as_bytes().to_vec();
        texts.push(0xff);
        texts.extend_from_slice("next".as_bytes());
        assert_eq!(following(&texts, 0), "aé日本 end");
        assert_eq!(following(&texts, 13), "");
        assert_eq!(following_word(&texts, 4), " end");
        assert_eq!(following_word(&texts, 99), "");
        assert_eq!(last_bytes("日本", 4), "本");
    }
}
