//! Sealed fields: the key of each subject, and the key that wraps them.

use sumun_store::{FieldKey, Store, StoreOpenError};

#[tokio::test]
async fn a_database_of_another_field_key_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sumun.db");
    Store::open_sqlite(&path, FieldKey::from_bytes([1; 32])).await.unwrap().close().await;
    let refused = Store::open_sqlite(&path, FieldKey::from_bytes([2; 32])).await;
    assert!(matches!(refused, Err(StoreOpenError::WrongFieldKey)));
    Store::open_sqlite(&path, FieldKey::from_bytes([1; 32])).await.unwrap().close().await;
}
