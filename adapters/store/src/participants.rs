//! Institutions, apps and certificates.

use crate::{Row, Store, StoreError, Tx, Value, args, value};
use async_trait::async_trait;
use sumun_ids::{AppId, InstitutionId};
use sumun_journal::{Entry, StoreFailure};
use sumun_participants::{
    App, AppDraft, ClientCertificate, Institution, InstitutionStatus, Newcomer, ParticipantStore, Participants,
    Registration,
};

#[async_trait]
impl ParticipantStore for Store {
    async fn register_institution(
        &self,
        institution: &Institution,
        journal: &[Entry],
    ) -> Result<Registration, StoreFailure> {
        let inserts = vec![insert_institution(institution)];
        self.register(Registering { inserts, journal: journal.to_vec() }).await
    }

    async fn register_app(&self, app: &App, journal: &[Entry]) -> Result<Registration, StoreFailure> {
        self.register(Registering { inserts: vec![insert_app(app)?], journal: journal.to_vec() }).await
    }

    async fn register_certificate(
        &self,
        certificate: &ClientCertificate,
        journal: &[Entry],
    ) -> Result<Registration, StoreFailure> {
        let inserts = vec![insert_certificate(certificate)];
        self.register(Registering { inserts, journal: journal.to_vec() }).await
    }

    async fn register_newcomer(&self, newcomer: &Newcomer, journal: &[Entry]) -> Result<Registration, StoreFailure> {
        let mut inserts: Vec<Insert> = newcomer.institution.iter().map(insert_institution).collect();
        inserts.extend([insert_app(&newcomer.app)?, insert_certificate(&newcomer.certificate)]);
        self.register(Registering { inserts, journal: journal.to_vec() }).await
    }

    async fn set_institution_status(
        &self,
        id: InstitutionId,
        status: InstitutionStatus,
        journal: &[Entry],
    ) -> Result<bool, StoreFailure> {
        let change = (id, status.name(), journal.to_vec());
        let changed = self.write_with(change, |tx, (id, status, journal)| {
            Box::pin(async move {
                let sql = "UPDATE institution SET status = $2 WHERE id = $1 AND status <> $2";
                let changed = tx.execute(sql, args![*id, *status]).await? > 0;
                if changed {
                    tx.append_journal(journal).await?;
                }
                Ok(changed)
            })
        });
        Ok(changed.await?)
    }

    async fn app(&self, id: AppId) -> Result<Option<App>, StoreFailure> {
        let sql = "SELECT id, institution, name_ko, name_en, redirect_uris, authentication, jwks, scopes, \
            consent_terms FROM app WHERE id = $1";
        let row = self.read_optional(sql, args![id]).await?;
        Ok(row.as_ref().map(app).transpose()?)
    }

    async fn institution(&self, id: InstitutionId) -> Result<Option<Institution>, StoreFailure> {
        let sql = "SELECT id, name_ko, name_en, business_number, contact, status FROM institution WHERE id = $1";
        let row = self.read_optional(sql, args![id]).await?;
        Ok(row.as_ref().map(institution).transpose()?)
    }

    async fn institution_of_certificate(
        &self,
        thumbprint: &[u8; 32],
    ) -> Result<Option<(Institution, ClientCertificate)>, StoreFailure> {
        let sql = "SELECT i.id, i.name_ko, i.name_en, i.business_number, i.contact, i.status, \
            c.institution, c.thumbprint, c.subject_dn, c.not_before, c.not_after, c.key_sha256 \
            FROM client_certificate c JOIN institution i ON i.id = c.institution WHERE c.thumbprint = $1";
        let Some(row) = self.read_optional(sql, args![thumbprint]).await? else { return Ok(None) };
        Ok(Some((institution(&row)?, certificate(&row, 6)?)))
    }

    async fn all(&self) -> Result<Participants, StoreFailure> {
        let institutions = "SELECT id, name_ko, name_en, business_number, contact, status FROM institution ORDER BY id";
        let apps = "SELECT id, institution, name_ko, name_en, redirect_uris, authentication, jwks, scopes, \
            consent_terms FROM app ORDER BY id";
        let certificates = "SELECT institution, thumbprint, subject_dn, not_before, not_after, key_sha256 \
            FROM client_certificate ORDER BY thumbprint";
        // Whatever refers to an institution was written after it, so it is read before it.
        let certificates = self.read(certificates, args![]).await?;
        let apps = self.read(apps, args![]).await?;
        let institutions = self.read(institutions, args![]).await?;
        Ok(Participants {
            institutions: institutions.iter().map(institution).collect::<Result<_, _>>()?,
            apps: apps.iter().map(app).collect::<Result<_, _>>()?,
            certificates: certificates.iter().map(|row| certificate(row, 0)).collect::<Result<_, _>>()?,
        })
    }
}

/// Rows that are new, all of them, or there is nothing to write.
struct Registering {
    inserts: Vec<Insert>,
    journal: Vec<Entry>,
}

struct Insert {
    /// Finds whether an id, number or thumbprint of the row is there already.
    taken: (&'static str, Vec<Value>),
    /// The institution that the row makes.
    institution: Option<InstitutionId>,
    /// The institution that the row belongs to.
    owner: Option<InstitutionId>,
    row: (&'static str, Vec<Value>),
}

impl Registering {
    async fn run(&self, tx: &mut Tx) -> Result<Registration, StoreError> {
        for Insert { taken: (sql, arguments), .. } in &self.inserts {
            if tx.fetch_optional(sql, arguments.clone()).await?.is_some() {
                return Ok(Registration::Taken);
            }
        }
        for owner in self.inserts.iter().filter_map(|insert| insert.owner) {
            let is_new = self.inserts.iter().any(|insert| insert.institution == Some(owner));
            let sql = "SELECT id FROM institution WHERE id = $1";
            if !is_new && tx.fetch_optional(sql, args![owner]).await?.is_none() {
                return Ok(Registration::UnknownInstitution);
            }
        }
        for Insert { row: (sql, arguments), .. } in &self.inserts {
            if tx.execute(sql, arguments.clone()).await? == 0 {
                // Somebody was quicker after the look; the next attempt finds them.
                return Err(StoreError::Conflict);
            }
        }
        tx.append_journal(&self.journal).await?;
        Ok(Registration::Registered)
    }
}

impl Store {
    async fn register(&self, registering: Registering) -> Result<Registration, StoreFailure> {
        Ok(self.write_with(registering, |tx, registering| Box::pin(registering.run(tx))).await?)
    }
}

fn insert_institution(institution: &Institution) -> Insert {
    let number = institution.business_number.to_string();
    let taken = "SELECT id FROM institution WHERE id = $1 OR business_number = $2";
    let sql = "INSERT INTO institution (id, name_ko, name_en, business_number, contact, status) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let row = args![
        institution.id,
        &institution.name_ko,
        &institution.name_en,
        number.clone(),
        &institution.contact,
        institution.status.name(),
    ];
    let taken = (taken, args![institution.id, number]);
    Insert { taken, institution: Some(institution.id), owner: None, row: (sql, row) }
}

fn insert_app(app: &App) -> Result<Insert, StoreError> {
    let sql = "INSERT INTO app \
        (institution, id, name_ko, name_en, redirect_uris, authentication, jwks, scopes, consent_terms) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    let row = args![
        app.institution,
        app.id,
        &app.name_ko,
        &app.name_en,
        value::json(&app.redirect_uris)?,
        value::json(&app.authentication)?,
        value::json(&app.jwks)?,
        value::json(&app.scopes)?,
        value::json(&app.consent_terms)?,
    ];
    let taken = ("SELECT id FROM app WHERE id = $1", args![app.id]);
    Ok(Insert { taken, institution: None, owner: Some(app.institution), row: (sql, row) })
}

fn insert_certificate(certificate: &ClientCertificate) -> Insert {
    let sql = "INSERT INTO client_certificate (institution, thumbprint, subject_dn, not_before, not_after, key_sha256) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let row = args![
        certificate.institution,
        certificate.thumbprint,
        certificate.subject_dn.as_str(),
        certificate.not_before,
        certificate.not_after,
        certificate.key_sha256,
    ];
    let taken = ("SELECT institution FROM client_certificate WHERE thumbprint = $1", args![certificate.thumbprint]);
    Insert { taken, institution: None, owner: Some(certificate.institution), row: (sql, row) }
}

fn institution(row: &Row) -> Result<Institution, StoreError> {
    Ok(Institution {
        id: row.parse(0)?,
        name_ko: row.text(1)?.to_owned(),
        name_en: row.text(2)?.to_owned(),
        business_number: row.parse(3)?,
        contact: row.text(4)?.to_owned(),
        status: row.parse(5)?,
    })
}

fn app(row: &Row) -> Result<App, StoreError> {
    let draft = AppDraft {
        id: row.parse(0)?,
        institution: row.parse(1)?,
        name_ko: row.text(2)?.to_owned(),
        name_en: row.text(3)?.to_owned(),
        redirect_uris: row.json(4)?,
        authentication: row.json(5)?,
        jwks: row.json(6)?,
        scopes: row.json(7)?,
        consent_terms: row.json(8)?,
    };
    App::new(draft).map_err(|_| StoreError::column(0, "an app that can be registered", "another app"))
}

/// The certificate whose columns begin at `first`.
fn certificate(row: &Row, first: usize) -> Result<ClientCertificate, StoreError> {
    Ok(ClientCertificate {
        institution: row.parse(first)?,
        thumbprint: row.bytes(first + 1)?,
        subject_dn: row.parse(first + 2)?,
        not_before: row.timestamp(first + 3)?,
        not_after: row.timestamp(first + 4)?,
        key_sha256: row.optional(first + 5, Row::bytes)?,
    })
}
