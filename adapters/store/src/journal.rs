//! The journal's entries.

use crate::{Store, StoreError, args};
use async_trait::async_trait;
use sumun_journal::{Entry, JournalStore, StoreFailure};

#[async_trait]
impl JournalStore for Store {
    async fn append(&self, entries: &[Entry]) -> Result<u64, StoreFailure> {
        let append = self.write_with(entries.to_vec(), |tx, entries| Box::pin(tx.append_journal(entries)));
        Ok(append.await?)
    }

    async fn entries_from(&self, seq: u64, limit: u32) -> Result<Vec<(u64, Vec<u8>)>, StoreFailure> {
        let Ok(seq) = i64::try_from(seq) else { return Ok(Vec::new()) };
        let sql = "SELECT seq, bytes FROM journal_entry WHERE seq >= $1 ORDER BY seq LIMIT $2";
        let rows = self.read(sql, args![seq, limit]).await?;
        let entries = rows.iter().map(|row| Ok((row.number(0)?, row.blob(1)?.to_vec())));
        Ok(entries.collect::<Result<_, StoreError>>()?)
    }

    async fn size(&self) -> Result<u64, StoreFailure> {
        let head = self.read_optional("SELECT size FROM journal_head WHERE id = 0", args![]).await?;
        let size = head.map(|row| row.number(0)).transpose()?;
        Ok(size.ok_or(StoreError::column(0, "the head of the journal", "no row"))?)
    }
}
