//! Personal data at rest: sealed under a key for each subject.
//!
//! The keys, from the outside in:
//!
//! - The [`FieldKey`], 32 bytes kept outside of the database. HKDF-SHA256
//!   makes of it one key that wraps and one that marks.
//! - A key for each subject, random, wrapped, in the table `subject_key`.
//!   Without its row every field of the subject is noise.
//!
//! A sealed field is a version byte, a random nonce of 12 bytes, and the
//! AES-256-GCM ciphertext with its tag. Its place (`table|column|row`) is
//! authenticated with it, so a field cannot be moved to another row.
//!
//! A mark is a keyed hash by which a row is found whose field is sealed.

use crate::{Row, StoreError, Tx, args};
use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::{hkdf, hmac, rand};
use std::fmt;
use std::sync::Arc;
use sumun_time::Timestamp;

/// The form of a sealed field that this code writes.
const VERSION: u8 = 1;
const NONCE_BYTES: usize = 12;
const KEY_BYTES: usize = 32;

/// The key-encryption key of a store: 32 random bytes, kept outside of the
/// database. It wraps the key of each subject.
#[derive(Clone)]
pub struct FieldKey([u8; 32]);

impl FieldKey {
    /// The key of these random bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for FieldKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FieldKey(hidden)")
    }
}

/// Seals and opens fields, and marks them. Cheap to clone.
#[derive(Clone)]
pub struct FieldCipher(Arc<Keys>);

struct Keys {
    wrapping: SubjectKey,
    marking: hmac::Key,
}

impl FieldCipher {
    /// The cipher of `key`.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] when the cryptographic module refuses the key.
    pub(crate) fn new(key: &FieldKey) -> Result<Self, StoreError> {
        let root = hkdf::Prk::new_less_safe(hkdf::HKDF_SHA256, &key.0);
        let wrapping = SubjectKey::new(&expand(&root, b"sumun field key 1 wrapping")?)?;
        let marking = hmac::Key::new(hmac::HMAC_SHA256, &expand(&root, b"sumun field key 1 marking")?);
        Ok(Self(Arc::new(Keys { wrapping, marking })))
    }

    /// The key of `subject`, which is made at `now` when there is none yet.
    pub async fn subject_key(&self, tx: &mut Tx, subject: &str, now: Timestamp) -> Result<SubjectKey, StoreError> {
        if let Some(key) = self.existing_key(tx, subject).await? {
            return Ok(key);
        }
        let mut bytes = [0; KEY_BYTES];
        rand::fill(&mut bytes).map_err(|_| StoreError::Sealed("no random key could be drawn"))?;
        let wrapped = self.0.wrapping.seal(&wrapping_place(subject), &bytes)?;
        let sql = "INSERT INTO subject_key (subject, wrapped, made_at) VALUES ($1, $2, $3)";
        tx.execute(sql, args![subject, wrapped, now]).await?;
        SubjectKey::new(&bytes)
    }

    /// The key of `subject`, if there is one.
    pub async fn existing_key(&self, tx: &mut Tx, subject: &str) -> Result<Option<SubjectKey>, StoreError> {
        let sql = "SELECT wrapped FROM subject_key WHERE subject = $1";
        let row = tx.fetch_optional(sql, args![subject]).await?;
        row.map(|row| self.key_in(&row, 0, subject)).transpose()
    }

    /// The key of `subject` out of a row that was read with
    /// `JOIN subject_key`, whose column `wrapped` stands at `column`.
    pub fn key_in(&self, row: &Row, column: usize, subject: &str) -> Result<SubjectKey, StoreError> {
        let bytes = self.0.wrapping.open(&wrapping_place(subject), row.blob(column)?)?;
        SubjectKey::new(&bytes)
    }

    /// A keyed hash of `bytes`, by which a sealed field is found. The label
    /// says what the bytes are, so that equal bytes of two kinds do not meet.
    pub fn mark(&self, label: &str, bytes: &[u8]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0.marking);
        context.update(&u32::try_from(label.len()).unwrap_or(u32::MAX).to_be_bytes());
        context.update(label.as_bytes());
        context.update(bytes);
        let mut mark = [0; 32];
        mark.copy_from_slice(context.sign().as_ref());
        mark
    }
}

impl fmt::Debug for FieldCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FieldCipher(hidden)")
    }
}

/// The key of one subject.
pub struct SubjectKey(RandomizedNonceKey);

impl SubjectKey {
    fn new(bytes: &[u8]) -> Result<Self, StoreError> {
        let refused = |_| StoreError::Sealed("the key has not the right length");
        RandomizedNonceKey::new(&AES_256_GCM, bytes).map(Self).map_err(refused)
    }

    /// Seals `clear` for its `place`, which reads `table|column|row`.
    pub fn seal(&self, place: &str, clear: &[u8]) -> Result<Vec<u8>, StoreError> {
        let mut text = clear.to_vec();
        let refused = |_| StoreError::Sealed("the field could not be sealed");
        let nonce = self.0.seal_in_place_append_tag(Aad::from(place), &mut text).map_err(refused)?;
        Ok([[VERSION].as_slice(), nonce.as_ref(), &text].concat())
    }

    /// Opens what was sealed for `place`.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] when a byte of it changed, or it was sealed for
    /// another place or under another key.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let broken = || StoreError::Sealed("the field does not open: it was changed or moved");
        let (version, rest) = sealed.split_first().ok_or_else(broken)?;
        if *version != VERSION {
            return Err(StoreError::Sealed("the field has a form that this version does not know"));
        }
        let (nonce, text) = rest.split_at_checked(NONCE_BYTES).ok_or_else(broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
        let mut text = text.to_vec();
        let clear = self.0.open_in_place(nonce, Aad::from(place), &mut text).map_err(|_| broken())?;
        Ok(clear.to_vec())
    }

    /// Opens a text that was sealed for `place`.
    ///
    /// # Errors
    /// As [`SubjectKey::open`].
    pub fn open_text(&self, place: &str, sealed: &[u8]) -> Result<String, StoreError> {
        let no_text = |_| StoreError::Sealed("the field holds no text");
        String::from_utf8(self.open(place, sealed)?).map_err(no_text)
    }
}

impl fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectKey(hidden)")
    }
}

/// Keeps what only this key computes, or compares it with what is kept:
/// whether this is the key that the database is written under.
pub(crate) async fn check(tx: &mut Tx, cipher: &FieldCipher) -> Result<bool, StoreError> {
    let mark = cipher.mark("field key check", b"");
    let sql = "INSERT INTO field_key_check (id, mark) VALUES (0, $1) ON CONFLICT (id) DO NOTHING";
    tx.execute(sql, args![mark]).await?;
    let kept = tx.fetch_optional("SELECT mark FROM field_key_check WHERE id = 0", args![]).await?;
    kept.map_or(Ok(false), |row| Ok(row.blob(0)? == mark))
}

fn wrapping_place(subject: &str) -> String {
    format!("subject_key|wrapped|{subject}")
}

fn expand(root: &hkdf::Prk, label: &[u8]) -> Result<[u8; KEY_BYTES], StoreError> {
    let mut key = [0; KEY_BYTES];
    let info = [label];
    let made = root.expand(&info, hkdf::HKDF_SHA256).and_then(|okm| okm.fill(&mut key));
    made.map(|()| key).map_err(|_| StoreError::Sealed("the field key could not be expanded"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cipher(byte: u8) -> FieldCipher {
        FieldCipher::new(&FieldKey::from_bytes([byte; 32])).unwrap()
    }

    #[test]
    fn a_field_opens_only_in_its_place_under_its_key_and_unchanged() {
        let (key, other) = (SubjectKey::new(&[1; 32]).unwrap(), SubjectKey::new(&[2; 32]).unwrap());
        let sealed = key.seal("account|number|acc_1", "110-123-454821".as_bytes()).unwrap();
        assert_eq!(key.open_text("account|number|acc_1", &sealed).unwrap(), "110-123-454821");
        assert!(key.open("account|number|acc_2", &sealed).is_err());
        assert!(other.open("account|number|acc_1", &sealed).is_err());
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(key.open("account|number|acc_1", &changed).is_err(), "byte {place}");
        }
        for length in 0..sealed.len() {
            assert!(key.open("account|number|acc_1", &sealed[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn equal_texts_do_not_look_equal() {
        let key = SubjectKey::new(&[1; 32]).unwrap();
        assert_ne!(key.seal("p", b"x").unwrap(), key.seal("p", b"x").unwrap());
    }

    #[test]
    fn a_mark_depends_on_key_label_and_bytes() {
        let mark = cipher(1).mark("account", b"110123454821");
        assert_eq!(mark, cipher(1).mark("account", b"110123454821"));
        assert_ne!(mark, cipher(2).mark("account", b"110123454821"));
        assert_ne!(mark, cipher(1).mark("payee", b"110123454821"));
        assert_ne!(cipher(1).mark("ab", b"c"), cipher(1).mark("a", b"bc"));
    }

    #[test]
    fn keys_are_not_printed() {
        let printed = format!("{:?} {:?}", cipher(7), SubjectKey::new(&[7; 32]).unwrap());
        assert_eq!(printed, "FieldCipher(hidden) SubjectKey(hidden)");
    }
}
