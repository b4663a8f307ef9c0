//! The slice of pushed requests, codes, client assertions and issued tokens.

use crate::consent::{has_ended, insert_consent, record_end, standing};
use crate::{Row, Store, StoreError, Tx, args};
use async_trait::async_trait;
use sumun_authorization::{
    ASSERTION_REMEMBERED, Approval, Approved, AssertionUse, AuthorizationRequest, AuthorizationStore, CODE_LIFETIME,
    CodeChallenge, CodeHash, DECISION_LIFETIME, Exchange, IssuedCode, IssuedToken, Outcome, PushedRequest,
    RevokedToken, Settled, StoredCode, TOKEN_LIFETIME_MAX,
};
use sumun_consent::Scope;
use sumun_ids::{AuthorizationRequestId, InstitutionId, TokenId};
use sumun_journal::{Entry, StoreFailure};
use sumun_time::Timestamp;

#[async_trait]
impl AuthorizationStore for Store {
    async fn spend_assertion(&self, assertion: &AssertionUse) -> Result<Outcome, StoreFailure> {
        let spend = self.write_with(assertion.clone(), |tx, assertion| {
            Box::pin(async move {
                let sql = "INSERT INTO client_assertion (institution, app, id_hash, expires_at) \
                           VALUES ($1, $2, $3, $4) ON CONFLICT (institution, app, id_hash) DO NOTHING";
                let AssertionUse { institution, app, id_hash, expires_at } = assertion;
                tx.execute(sql, args![*institution, *app, id_hash, *expires_at]).await.map(outcome)
            })
        });
        Ok(spend.await?)
    }

    async fn push(&self, request: &PushedRequest) -> Result<(), StoreFailure> {
        let push = self.write_with(request.clone(), |tx, request| Box::pin(insert_request(tx, request)));
        Ok(push.await?)
    }

    async fn pushed(
        &self,
        institution: InstitutionId,
        id: AuthorizationRequestId,
    ) -> Result<Option<PushedRequest>, StoreFailure> {
        let sql = "SELECT app, redirect_uri, scope, state, nonce, challenge, expires_at, decided \
                   FROM authorization_request WHERE institution = $1 AND id = $2";
        let row = self.read_optional(sql, args![institution, id]).await?;
        Ok(row.map(|row| read_request(&row, institution, id)).transpose()?)
    }

    async fn approve(&self, approval: &Approval) -> Result<Approved, StoreFailure> {
        let approve = self.write_with(approval.clone(), |tx, approval| Box::pin(approve_in(tx, approval)));
        Ok(approve.await?)
    }

    async fn deny(&self, institution: InstitutionId, id: AuthorizationRequestId) -> Result<Outcome, StoreFailure> {
        let deny = self.write(move |tx| Box::pin(decide(tx, institution, id)));
        Ok(deny.await?)
    }

    async fn code(&self, institution: InstitutionId, hash: CodeHash) -> Result<Option<StoredCode>, StoreFailure> {
        let sql = "SELECT app, customer, consent, redirect_uri, scope, nonce, challenge, issued_at, \
                   token, token_expires_at FROM authorization_code WHERE institution = $1 AND code_hash = $2";
        let row = self.read_optional(sql, args![institution, hash.0]).await?;
        Ok(row.map(|row| read_code(&row, institution, hash)).transpose()?)
    }

    async fn exchange(&self, code: CodeHash, token: &IssuedToken, journal: &[Entry]) -> Result<Exchange, StoreFailure> {
        let exchange = self.write_with((code, token.clone(), journal.to_vec()), |tx, (code, token, journal)| {
            Box::pin(async move {
                if has_ended(tx, token.customer, token.consent, token.issued_at).await? {
                    return Ok(Exchange::ConsentEnded);
                }
                let sql = "UPDATE authorization_code SET token = $1, token_expires_at = $2 \
                           WHERE institution = $3 AND code_hash = $4 AND token IS NULL";
                let arguments = args![token.id, token.expires_at, token.institution, code.0];
                if tx.execute(sql, arguments).await? == 0 {
                    return Ok(Exchange::UsedBefore);
                }
                insert_token(tx, token).await?;
                tx.append_journal(journal).await?;
                Ok(Exchange::Issued)
            })
        });
        Ok(exchange.await?)
    }

    async fn revoke(
        &self,
        institution: InstitutionId,
        id: TokenId,
        now: Timestamp,
        journal: &[Entry],
    ) -> Result<Outcome, StoreFailure> {
        let revoke = self.write_with(journal.to_vec(), move |tx, journal| {
            Box::pin(async move {
                let sql = "UPDATE access_token SET revoked_at = $1 \
                           WHERE institution = $2 AND id = $3 AND revoked_at IS NULL";
                let outcome = outcome(tx.execute(sql, args![now, institution, id]).await?);
                if outcome == Outcome::First {
                    tx.append_journal(journal).await?;
                }
                Ok(outcome)
            })
        });
        Ok(revoke.await?)
    }

    async fn revoked_tokens(&self, now: Timestamp) -> Result<Vec<RevokedToken>, StoreFailure> {
        let sql = "SELECT id, expires_at FROM access_token \
                   WHERE expires_at > $1 AND revoked_at IS NOT NULL ORDER BY expires_at";
        let rows = self.read(sql, args![now]).await?;
        let tokens = rows.iter().map(|row| Ok(RevokedToken { id: row.parse(0)?, expires_at: row.timestamp(1)? }));
        Ok(tokens.collect::<Result<_, StoreError>>()?)
    }

    async fn prune(&self, now: Timestamp, rows_max: u32) -> Result<u64, StoreFailure> {
        let prune = self.write(move |tx| {
            Box::pin(async move {
                let mut pruned = 0;
                for (sql, before) in expired(now) {
                    pruned += tx.execute(sql, args![before, rows_max]).await?;
                }
                Ok(pruned)
            })
        });
        Ok(prune.await?)
    }
}

/// What deletes the oldest rows of each table, and up to which instant they are done with.
fn expired(now: Timestamp) -> [(&'static str, Timestamp); 4] {
    [
        (
            "DELETE FROM authorization_request WHERE (institution, id) IN (SELECT institution, id \
             FROM authorization_request WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
            now.minus(DECISION_LIFETIME),
        ),
        (
            "DELETE FROM authorization_code WHERE (institution, code_hash) IN (SELECT institution, code_hash \
             FROM authorization_code WHERE issued_at <= $1 ORDER BY issued_at LIMIT $2)",
            now.minus(CODE_LIFETIME).minus(TOKEN_LIFETIME_MAX),
        ),
        (
            "DELETE FROM client_assertion WHERE (institution, app, id_hash) IN (SELECT institution, app, \
             id_hash FROM client_assertion WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
            now.minus(ASSERTION_REMEMBERED),
        ),
        (
            "DELETE FROM access_token WHERE (institution, id) IN (SELECT institution, id \
             FROM access_token WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
            now,
        ),
    ]
}

const fn outcome(rows: u64) -> Outcome {
    if rows == 0 { Outcome::TooLate } else { Outcome::First }
}

async fn approve_in(tx: &mut Tx, approval: &Approval) -> Result<Approved, StoreError> {
    let Approval { request, consent, code, .. } = approval;
    if decide(tx, code.institution, *request).await? == Outcome::TooLate {
        return Ok(Approved::TooLate);
    }
    let Settled { superseded, entries } = approval.settle(standing(tx, consent.customer, consent.app).await?);
    for ended in &superseded {
        record_end(tx, ended).await?;
    }
    insert_consent(tx, consent).await?;
    insert_code(tx, code).await?;
    tx.append_journal(&entries).await?;
    Ok(Approved::First { superseded })
}

async fn decide(tx: &mut Tx, institution: InstitutionId, id: AuthorizationRequestId) -> Result<Outcome, StoreError> {
    let sql = "UPDATE authorization_request SET decided = TRUE \
               WHERE institution = $1 AND id = $2 AND decided = FALSE";
    tx.execute(sql, args![institution, id]).await.map(outcome)
}

async fn insert_request(tx: &mut Tx, pushed: &PushedRequest) -> Result<(), StoreError> {
    let sql = "INSERT INTO authorization_request (institution, id, app, redirect_uri, scope, state, \
               nonce, challenge, expires_at, decided) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let PushedRequest { id, request, expires_at, decided } = pushed;
    let arguments = args![
        request.institution,
        *id,
        request.app,
        &request.redirect_uri,
        Scope::list(&request.scopes),
        request.state.clone(),
        request.nonce.clone(),
        request.challenge.as_bytes(),
        *expires_at,
        *decided,
    ];
    tx.execute(sql, arguments).await.map(|_| ())
}

async fn insert_code(tx: &mut Tx, code: &IssuedCode) -> Result<(), StoreError> {
    let sql = "INSERT INTO authorization_code (institution, code_hash, app, customer, consent, \
               redirect_uri, scope, nonce, challenge, issued_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let arguments = args![
        code.institution,
        code.hash.0,
        code.app,
        code.customer,
        code.consent,
        &code.redirect_uri,
        Scope::list(&code.scopes),
        code.nonce.clone(),
        code.challenge.as_bytes(),
        code.issued_at,
    ];
    tx.execute(sql, arguments).await.map(|_| ())
}

async fn insert_token(tx: &mut Tx, token: &IssuedToken) -> Result<(), StoreError> {
    let sql = "INSERT INTO access_token (institution, id, app, customer, consent, scope, \
               certificate_thumbprint, issued_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let arguments = args![
        token.institution,
        token.id,
        token.app,
        token.customer,
        token.consent,
        Scope::list(&token.scopes),
        token.certificate_thumbprint,
        token.issued_at,
        token.expires_at,
    ];
    tx.execute(sql, arguments).await.map(|_| ())
}

fn read_request(
    row: &Row,
    institution: InstitutionId,
    id: AuthorizationRequestId,
) -> Result<PushedRequest, StoreError> {
    let request = AuthorizationRequest {
        app: row.parse(0)?,
        institution,
        redirect_uri: row.text(1)?.to_owned(),
        scopes: scopes(row, 2)?,
        state: row.optional(3, Row::text)?.map(str::to_owned),
        nonce: row.optional(4, Row::text)?.map(str::to_owned),
        challenge: CodeChallenge::from_bytes(row.bytes(5)?),
    };
    Ok(PushedRequest { id, request, expires_at: row.timestamp(6)?, decided: row.bool(7)? })
}

fn read_code(row: &Row, institution: InstitutionId, hash: CodeHash) -> Result<StoredCode, StoreError> {
    let code = IssuedCode {
        hash,
        app: row.parse(0)?,
        institution,
        customer: row.parse(1)?,
        consent: row.parse(2)?,
        redirect_uri: row.text(3)?.to_owned(),
        scopes: scopes(row, 4)?,
        nonce: row.optional(5, Row::text)?.map(str::to_owned),
        challenge: CodeChallenge::from_bytes(row.bytes(6)?),
        issued_at: row.timestamp(7)?,
    };
    let token = row.optional(8, Row::parse)?;
    let exchanged_for = match (token, row.optional(9, Row::timestamp)?) {
        (Some(id), Some(expires_at)) => Some(RevokedToken { id, expires_at }),
        _ => None,
    };
    Ok(StoredCode { code, exchanged_for })
}

fn scopes(row: &Row, column: usize) -> Result<Vec<Scope>, StoreError> {
    Scope::parse_list(row.text(column)?).map_err(|_| StoreError::column(column, "a list of scopes", "another text"))
}
