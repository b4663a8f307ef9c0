//! One portable text of a migration, written for each engine.
//!
//! Columns are declared as `BIGINT`, `TEXT`, `BLOB` or `BOOLEAN`, in capitals.
//! On SQLite integers and truth values are `INTEGER` and each table is
//! `STRICT`; on PostgreSQL bytes are `BYTEA` and texts sort by their bytes
//! (collation `C`), as they do on SQLite.

/// An engine, as far as its SQL differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// The text of `migration` for this engine. Comments are left out.
    pub(crate) fn translate(self, migration: &str) -> String {
        statements(migration)
            .into_iter()
            .map(|tokens| {
                let makes_table =
                    tokens.iter().copied().filter(|token| !token.trim().is_empty()).take(2).eq(["CREATE", "TABLE"]);
                let strict = if self == Self::Sqlite && makes_table { " STRICT" } else { "" };
                let text: String = tokens.into_iter().map(|token| self.word(token)).collect();
                format!("{}{strict};\n", text.trim())
            })
            .collect()
    }

    /// The statement that answers the name of every table in the database, or in the current schema.
    pub(crate) const fn tables(self) -> &'static str {
        match self {
            Self::Sqlite => "SELECT name FROM sqlite_schema WHERE type = 'table'",
            Self::Postgres => "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
        }
    }

    fn word(self, token: &str) -> &str {
        match (self, token) {
            (Self::Sqlite, "BIGINT" | "BOOLEAN") => "INTEGER",
            (Self::Postgres, "BLOB") => "BYTEA",
            (Self::Postgres, "TEXT") => "TEXT COLLATE \"C\"",
            _ => token,
        }
    }
}

/// The statements of a text, each as its words and what stands between them.
fn statements(text: &str) -> Vec<Vec<&str>> {
    let mut statements = vec![Vec::new()];
    let mut rest = text;
    while !rest.is_empty() {
        let (token, after) = rest.split_at(token_length(rest));
        rest = after;
        if token == ";" {
            statements.push(Vec::new());
        } else if let Some(statement) = statements.last_mut() {
            statement.push(if token.starts_with("--") { "" } else { token });
        }
    }
    statements.retain(|tokens| tokens.iter().any(|token| !token.trim().is_empty()));
    statements
}

/// How many bytes the first token has: a comment, a quoted text, a word, or one other character.
fn token_length(text: &str) -> usize {
    let until = |end: Option<usize>| end.unwrap_or(text.len());
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    match text.chars().next() {
        Some('-') if text.starts_with("--") => until(text.find('\n')),
        Some(quote @ ('\'' | '"')) => until(text[1..].find(quote).map(|end| end + 2)),
        Some(letter) if is_word(letter) => until(text.find(|letter| !is_word(letter))),
        Some(letter) => letter.len_utf8(),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "-- a comment; with a BLOB\nCREATE TABLE a (\n  id TEXT NOT NULL, -- TEXT\n  data BLOB,\n  used BOOLEAN DEFAULT FALSE,\n  at BIGINT CHECK (id <> 'TEXT; ''BLOB''')\n);\nCREATE INDEX b ON a (at);\n";

    #[test]
    fn sqlite_tables_are_strict() {
        let text = Dialect::Sqlite.translate(TEXT);
        assert!(text.starts_with("CREATE TABLE a"), "{text}");
        assert!(text.contains("used INTEGER DEFAULT FALSE"), "{text}");
        assert!(text.contains("at INTEGER CHECK (id <> 'TEXT; ''BLOB''')\n) STRICT;"), "{text}");
        assert!(text.ends_with("CREATE INDEX b ON a (at);\n"), "{text}");
    }

    #[test]
    fn postgres_texts_sort_by_bytes() {
        let text = Dialect::Postgres.translate(TEXT);
        assert!(text.contains("id TEXT COLLATE \"C\" NOT NULL"), "{text}");
        assert!(text.contains("data BYTEA") && text.contains("used BOOLEAN") && text.contains("at BIGINT"), "{text}");
        assert!(text.contains("'TEXT; ''BLOB'''") && !text.contains("STRICT"), "{text}");
    }
}
