//! The projections: each with its key, and the statements that fill tables of
//! the same shape beside them and bring the live ones in line.

/// A projection's statements.
pub struct Table {
    /// Without its schema.
    pub name: &'static str,
    /// Makes an empty table of the same shape that only this connection sees,
    /// and sees first.
    pub create_beside: &'static str,
    /// Deletes live rows that do not stand beside, or differ.
    pub delete_others: &'static str,
    /// Inserts rows that stand beside only.
    pub insert_missing: &'static str,
    /// How many stand beside.
    pub count_beside: &'static str,
}

macro_rules! tables {
    ($($name:literal ($($key:literal),+),)*) => {
        &[$(Table {
            name: $name,
            create_beside: concat!("CREATE TEMPORARY TABLE ", $name, " (LIKE chain.", $name, " INCLUDING ALL)"),
            delete_others: concat!(
                "DELETE FROM chain.", $name, " d WHERE NOT EXISTS (SELECT FROM pg_temp.", $name, " t WHERE ",
                $("t.", $key, " = d.", $key, " AND ",)+
                "ROW(t.*) IS NOT DISTINCT FROM ROW(d.*))"
            ),
            insert_missing: concat!(
                "INSERT INTO chain.", $name, " SELECT * FROM pg_temp.", $name, " t WHERE NOT EXISTS (SELECT FROM chain.",
                $name, " d WHERE ", $("t.", $key, " = d.", $key, " AND ",)+ "true)"
            ),
            count_beside: concat!("SELECT count(*) FROM pg_temp.", $name),
        }),*]
    };
}

/// All of them.
pub const TABLES: &[Table] = tables![
    "registrations"("stream", "sequence"),
    "terms"("stream", "sequence"),
    "owners"("stream", "sequence"),
    "offers"("stream", "sequence"),
    "uses"("stream", "sequence"),
    "retirements"("stream", "sequence"),
    "disputes"("stream", "sequence"),
    "collections"("stream", "sequence"),
    "memberships"("stream", "sequence"),
    "assets"("asset"),
    "parents"("asset", "place"),
    "co_owners"("asset", "place"),
    "gateway_changes"("stream", "sequence"),
    "gateways"("gateway"),
    "gateway_keys"("gateway", "key"),
    "vaults"("vault"),
    "deposits"("vault", "sequence"),
    "refund_requests"("vault", "sequence"),
    "claims"("vault", "sequence"),
    "roots"("vault", "root_id"),
    "root_changes"("vault", "sequence", "root_id"),
    "changes"("vault", "sequence"),
    "policy_sets"("vault", "sequence"),
    "pauses"("vault", "sequence"),
    "recapitalisations"("vault", "sequence"),
    "recipients"("vault", "sequence"),
];
