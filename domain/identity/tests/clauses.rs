//! Clauses of the catalogs, each proved by the one test that bears its name.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use sumun_identity::{CustomerEnrolment, PasswordHash, Staff, StaffEnrolment, StaffRole};
use sumun_ids::{CustomerId, StaffId};

/// M-5.4-나-2: a password is kept so that it cannot be viewed. What holds one
/// has no way back to it, and writing such a value out shows neither the
/// password nor its hash.
#[test]
fn m_5_4_na_2_whatever_holds_a_password_shows_neither_it_nor_its_hash() {
    let secret = "봄비 내린 골목길 7";
    let password = PasswordHash::of(secret, [7; 16]).unwrap();
    let customer = CustomerEnrolment {
        id: CustomerId::from_random([1; 16]),
        login: "minsu".parse().unwrap(),
        name: "김민수".to_owned(),
        name_en: "Kim Minsu".to_owned(),
        password: password.clone(),
        security_phrase: "고요한 새벽 강".parse().unwrap(),
        commitment_key: [0x5a; 32],
    };
    let staff = Staff {
        id: StaffId::from_random([1; 16]),
        login: "seojun".parse().unwrap(),
        name: "박서준".to_owned(),
        name_en: "Park Seojun".to_owned(),
        role: StaffRole::Inspector,
    };
    let staff = StaffEnrolment { staff, password: password.clone() };
    let hash = password.to_stored().rsplit('$').next().unwrap().to_owned();
    for shown in [format!("{password:?}"), format!("{customer:?}"), format!("{staff:?}"), format!("{staff:#?}")] {
        for hidden in [secret, &hash, "argon2id", "고요한 새벽 강"] {
            assert!(!shown.contains(hidden), "{shown}");
        }
    }
    assert!(!password.to_stored().contains("봄비") && hash.len() > 20, "the hash does not hold the password");
}
