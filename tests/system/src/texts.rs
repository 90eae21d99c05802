//! Four short texts with words of their own and turns that they share, so that a
//! model goes from one to the other.

/// Title, author, body.
pub const TEXTS: [(&str, &str, &str); 4] = [
    (
        "The Weir",
        "Wren",
        "The river runs down to the mill and the water turns the wheel. When the rain comes the water rises over the \
         weir, and the keeper opens the gate so that the river runs free again. When the rain stops the keeper shuts \
         the gate, and the water stands still behind the weir until the miller asks for it.",
    ),
    (
        "The Ledger",
        "Lark",
        "Every evening the miller writes in the ledger what came and what went. What came is written on the left, and \
         what went is written on the right. When the rain comes the ledger is wrapped in cloth, and the miller counts \
         the sacks by heart until the morning. What came and what went must be the same at the end.",
    ),
    (
        "The Ferry",
        "Heron",
        "The ferry crosses the river where the water is slow. The ferryman asks for a coin and writes nothing down. \
         When the rain comes the ferry stays on this side, and whoever wants to cross the river waits by the fire \
         until the ferryman says that the water is slow again.",
    ),
    (
        "The Bridge",
        "Swift",
        "They built a bridge where the ferry crosses the river, and nobody asks for a coin. The keeper of the bridge \
         counts who came and who went, and writes it down every evening. When the rain comes the bridge stands, and \
         the water runs under it down to the mill.",
    ),
];

/// Beginnings that the texts can go on from.
pub const PROMPTS: [&str; 6] = [
    "When the rain comes the",
    "The keeper of the",
    "What came and what",
    "The river runs down to",
    "The ferryman asks for",
    "Every evening the miller",
];
