//! The intake's events as lines that a person reads. Pure.

use serde_json::Value;

/// What is said of an event; nothing of some.
pub fn told(kind: &str, body: &Value) -> Option<String> {
    let text = |name: &str| body[name].as_str().unwrap_or("?").to_owned();
    let number = |name: &str| body[name].as_u64().unwrap_or_default();
    let said = match kind {
        "declared" => "signed by its owner".to_owned(),
        "uploaded" => format!("{} arrived whole", bytes(number("bytes"))),
        "validated" => {
            format!(
                "{}, {}, {} of text",
                text("format"),
                counted(number("records"), "record"),
                bytes(number("text_bytes"))
            )
        }
        "scanned" => match findings(&body["report"]["personal"]) {
            None => "no secrets and no personal data found".into(),
            Some(found) => format!("no secrets; personal data as declared: {found}"),
        },
        "compared" => match body["like"].as_str() {
            None => format!("like none of {}", counted(number("compared_with"), "registered text")),
            Some(founder) => format!("a near-duplicate: it joins the cluster of {founder} and is paid as part of it"),
        },
        "published" => format!("text {}, metadata {}", short(&text("text_sha256")), short(&text("metadata_sha256"))),
        "registered" => text("asset"),
        "indexed" => format!("found and paid from slot {} on", number("graph_slot")),
        "embedded" => format!("{} by {}", counted(number("vectors"), "vector"), text("model")),
        "failed" => {
            return Some(format!("  ! {}: {}; again in {} s", text("step"), text("reason"), number("again_in_s")));
        }
        "parked" => return Some(format!("  ✗ {}: {}", text("step"), text("reason"))),
        "withdrawn" => return Some("  ✗ withdrawn".into()),
        _ => return None,
    };
    Some(format!("  ✓ {kind:<11}{said}"))
}

/// What goes on after an event.
pub fn after(kind: &str, body: &Value) -> Option<String> {
    let next = match kind {
        "declared" => "sending the file",
        "uploaded" => "reading the records",
        "validated" => "looking for secrets and personal data",
        "scanned" => "comparing with what is registered",
        "compared" => "publishing",
        "published" => "preparing the registration",
        "registered" => "indexing",
        "indexed" => "embedding",
        "waiting" => return body["reason"].as_str().map(str::to_owned),
        _ => return None,
    };
    Some(next.into())
}

/// Whether a dataset waits for its owner's signature.
pub fn needs_owner(body: &Value) -> bool {
    body["for"] == "owner"
}

fn findings(found: &Value) -> Option<String> {
    let kinds: Vec<String> = found
        .as_array()?
        .iter()
        .map(|one| format!("{} {}", one["count"], one["kind"].as_str().unwrap_or("?")))
        .collect();
    (!kinds.is_empty()).then(|| kinds.join(", "))
}

fn counted(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn short(hash: &str) -> String {
    format!("{}…", hash.get(..12).unwrap_or(hash))
}

/// A length for people.
pub fn bytes(length: u64) -> String {
    match length {
        0..1_024 => format!("{length} bytes"),
        1_024..1_048_576 => format!("{} KiB", length / 1_024),
        _ => format!("{}.{} MiB", length >> 20, ((length % (1 << 20)) * 10) >> 20),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_step_is_told_in_a_line() {
        let line = |kind, body: Value| told(kind, &body).unwrap_or_default();
        assert_eq!(
            line("validated", json!({"format": "csv", "records": 1, "text_bytes": 2_000})),
            "  ✓ validated  csv, 1 record, 1 KiB of text"
        );
        assert_eq!(
            line("scanned", json!({"report": {"secrets": [], "personal": [{"kind": "email", "count": 2}]}})),
            "  ✓ scanned    no secrets; personal data as declared: 2 email"
        );
        assert_eq!(
            line("compared", json!({"compared_with": 3, "like": null})),
            "  ✓ compared   like none of 3 registered texts"
        );
        assert!(line("compared", json!({"compared_with": 3, "like": "F00"})).contains("cluster of F00"));
        assert_eq!(
            line("failed", json!({"step": "embed", "reason": "away", "again_in_s": 4})),
            "  ! embed: away; again in 4 s"
        );
        assert_eq!(told("waiting", &json!({"reason": "x"})), None);
        assert_eq!(bytes(3 << 19), "1.5 MiB");
    }

    #[test]
    fn the_owner_is_needed_once_the_transactions_wait() {
        assert!(needs_owner(&json!({"reason": "sign and send the transactions", "for": "owner"})));
        assert!(!needs_owner(&json!({"reason": "its text is being indexed", "for": "gateway"})));
        assert_eq!(after("waiting", &json!({"reason": "why"})), Some("why".into()));
    }
}
