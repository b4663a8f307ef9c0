//! The demonstration world as it is written down: ids, passwords and
//! certificates drawn once, before anything is registered, so that a start
//! that was killed half-way goes on with the same world.

use super::cast;
use crate::commands::CommandError;
use crate::platform::own_file;
use crate::speech::say;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;
use sumun_ids::{AccountId, AppId, CustomerId, InstitutionId, StaffId};
use sumun_jose::Algorithm;
use sumun_keys::{AuthorityProfile, CertificateAuthority, ClientProfile, IssuedCertificate, KeyError, SoftwareKey};
use sumun_participants::AuthenticationMethod;
use sumun_system::Random;
use sumun_time::{Span, Timestamp};

/// The world. It holds the passwords of made-up people in clear, so the file
/// is for its owner alone.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct World {
    /// What the pages show: made-up data.
    pub label: String,
    /// When it was drawn.
    pub created_at: Timestamp,
    /// In the order of the cast.
    pub banks: Vec<WorldBank>,
    /// In the order of the cast; the first is the one whose story is told.
    pub institutions: Vec<WorldInstitution>,
    /// In the order of the cast.
    pub customers: Vec<WorldCustomer>,
    /// In the order of the cast.
    pub staff: Vec<WorldStaff>,
    /// Who is paid.
    pub payee: WorldPayee,
    /// Certificates that must be refused.
    pub unfit: UnfitCertificates,
}

/// A bank and the accounts of its own side.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldBank {
    pub code: String,
    pub funding: AccountId,
    pub clearing: AccountId,
}

/// An institution with its app and its access server's certificate.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldInstitution {
    pub id: InstitutionId,
    pub name: String,
    pub app: AppId,
    pub redirect_uri: String,
    /// How the app proves that it is itself. A world that was drawn before
    /// there were two ways does not say; its apps stay as they were registered.
    #[serde(default)]
    pub client_authentication: AuthenticationMethod,
    pub settlement: AccountId,
    pub certificate: WorldCertificate,
    /// The app's ES256 key in PEM; its public half is registered as the app's key set.
    pub app_key_pem: String,
}

/// A certificate with its key, PEM.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldCertificate {
    pub certificate_pem: String,
    pub key_pem: String,
}

/// A customer with a password.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldCustomer {
    pub id: CustomerId,
    pub name: String,
    pub login: String,
    pub password: String,
    pub accounts: Vec<AccountId>,
    /// In the order of the accounts.
    pub account_numbers: Vec<String>,
}

/// A member of staff with a password.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldStaff {
    pub id: StaffId,
    pub login: String,
    pub password: String,
}

/// The customer of another bank who is paid.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldPayee {
    pub id: CustomerId,
    pub account: AccountId,
    pub bank_code: String,
    pub account_number: String,
    pub holder_name: String,
}

/// Certificates with the right names that the platform must refuse, for the probes.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnfitCertificates {
    pub wrong_authority: WorldCertificate,
    pub expired: WorldCertificate,
}

const FILE: &str = "world.json";

impl World {
    /// Reads the world of the data folder, or draws one and writes it down.
    pub fn open_or_draw(
        folder: &Path,
        authority: &CertificateAuthority,
        random: &dyn Random,
        now: Timestamp,
    ) -> Result<Self, CommandError> {
        let path = folder.join(FILE);
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
                CommandError::configuration(say("fault-world-broken").with("path", path.display()).with("cause", error))
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let world = draw(authority, random, now)
                    .map_err(|error| CommandError::failure(say("fault-world-draw").with("cause", error)))?;
                write(&path, &world).map_err(|error| {
                    CommandError::configuration(
                        say("fault-unwritable").with("path", path.display()).with("cause", error),
                    )
                })?;
                Ok(world)
            }
            Err(error) => Err(CommandError::configuration(
                say("fault-unreadable").with("path", path.display()).with("cause", error),
            )),
        }
    }
}

fn draw(authority: &CertificateAuthority, random: &dyn Random, now: Timestamp) -> Result<World, KeyError> {
    let bank = |(code, _, _): (&str, &str, &str)| WorldBank {
        code: code.to_owned(),
        funding: AccountId::from_random(random.id_bytes()),
        clearing: AccountId::from_random(random.id_bytes()),
    };
    let customer = |cast: &cast::CastCustomer| WorldCustomer {
        id: CustomerId::from_random(random.id_bytes()),
        name: cast.name.to_owned(),
        login: cast.login.to_owned(),
        password: password(random),
        account_numbers: cast.accounts.iter().map(|account| account.number.to_owned()).collect(),
        accounts: cast.accounts.iter().map(|_| AccountId::from_random(random.id_bytes())).collect(),
    };
    let staff = |cast: &cast::CastStaff| WorldStaff {
        id: StaffId::from_random(random.id_bytes()),
        login: cast.login.to_owned(),
        password: password(random),
    };
    let mut institutions = Vec::new();
    for cast in &cast::INSTITUTIONS {
        institutions.push(WorldInstitution {
            id: InstitutionId::from_random(random.id_bytes()),
            name: cast.name_ko.to_owned(),
            redirect_uri: cast.redirect_uri.to_owned(),
            client_authentication: cast.method,
            app: AppId::from_random(random.id_bytes()),
            settlement: AccountId::from_random(random.id_bytes()),
            certificate: authority.issue_client(&client_profile(cast, now, now.plus(CLIENT_VALIDITY)))?.into(),
            app_key_pem: SoftwareKey::generate(Algorithm::Es256)?.private_key_pem(),
        });
    }
    Ok(World {
        label: "시연 데이터".to_owned(),
        created_at: now,
        banks: cast::BANKS.map(bank).into(),
        institutions,
        customers: cast::CUSTOMERS.iter().map(customer).collect(),
        staff: cast::STAFF.iter().map(staff).collect(),
        payee: WorldPayee {
            id: CustomerId::from_random(random.id_bytes()),
            account: AccountId::from_random(random.id_bytes()),
            bank_code: cast::BANKS[1].0.to_owned(),
            account_number: cast::PAYEE.number.to_owned(),
            holder_name: cast::PAYEE.name.to_owned(),
        },
        unfit: unfit(authority, now)?,
    })
}

/// A year, as most institutions renew. Our choice.
const CLIENT_VALIDITY: Span = Span::from_days(365);

fn client_profile(cast: &cast::CastInstitution, not_before: Timestamp, not_after: Timestamp) -> ClientProfile {
    ClientProfile {
        organization: cast.name_en.to_owned(),
        serial_number: cast.business_number.to_owned(),
        common_name: format!("access1.{}", cast.redirect_uri.split('/').nth(2).unwrap_or("app.example")),
        not_before,
        not_after,
    }
}

fn unfit(authority: &CertificateAuthority, now: Timestamp) -> Result<UnfitCertificates, KeyError> {
    let cast = &cast::INSTITUTIONS[0];
    let stranger = CertificateAuthority::create(&AuthorityProfile {
        common_name: "Sumun Open CA".to_owned(),
        organization: "Somebody else".to_owned(),
        not_before: now,
        not_after: now.plus(CLIENT_VALIDITY),
    })?;
    let week_ago = now.minus(Span::from_days(7));
    let yesterday = now.minus(Span::from_days(1));
    Ok(UnfitCertificates {
        wrong_authority: stranger.issue_client(&client_profile(cast, now, now.plus(CLIENT_VALIDITY)))?.into(),
        expired: authority.issue_client(&client_profile(cast, week_ago, yesterday))?.into(),
    })
}

impl From<IssuedCertificate> for WorldCertificate {
    fn from(issued: IssuedCertificate) -> Self {
        Self { certificate_pem: issued.certificate_pem(), key_pem: issued.key_pem() }
    }
}

/// Sixteen letters and digits that cannot be mistaken for each other: 80 random bits.
fn password(random: &dyn Random) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    let text: String = bytes.iter().map(|byte| LETTERS[usize::from(byte % 32)] as char).collect();
    format!("{}-{}-{}-{}", &text[..4], &text[4..8], &text[8..12], &text[12..])
}

/// Written beside and renamed: a world is whole or not there.
fn write(path: &Path, world: &World) -> std::io::Result<()> {
    let temporary = path.with_extension("json.new");
    let mut file = own_file::create_private(&temporary)?;
    file.write_all(&serde_json::to_vec_pretty(world)?)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sumun_system::{Clock, SystemClock, SystemRandom};

    #[test]
    fn a_world_that_was_drawn_before_there_were_two_ways_keeps_its_apps() {
        let now = SystemClock.now();
        let authority = CertificateAuthority::create(&AuthorityProfile {
            common_name: "Test CA".to_owned(),
            organization: "Sumun".to_owned(),
            not_before: now,
            not_after: now.plus(CLIENT_VALIDITY),
        });
        let world = draw(&authority.unwrap(), &SystemRandom, now).unwrap();
        let ways = |world: &World| world.institutions.iter().map(|one| one.client_authentication).collect::<Vec<_>>();
        assert_eq!(ways(&world), [AuthenticationMethod::TlsClientAuth, AuthenticationMethod::PrivateKeyJwt]);
        let mut written = serde_json::to_value(&world).unwrap();
        for institution in written["institutions"].as_array_mut().unwrap() {
            institution.as_object_mut().unwrap().remove("client_authentication");
        }
        let older: World = serde_json::from_value(written).unwrap();
        assert_eq!(ways(&older), [AuthenticationMethod::TlsClientAuth; 2]);
    }
}
