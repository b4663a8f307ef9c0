//! `sumun contract list`

use crate::commands::Format;
use crate::commands::answer::{Stop, View, json, padded, width, word};
use serde::Serialize;
use std::io::Write;
use sumun_consent::Scope;
use sumun_traffic::{AccountLocation, Contract, Route};

/// A contract for a program.
#[derive(Serialize)]
pub(super) struct Summary<'a> {
    title_ko: &'a str,
    title_en: &'a str,
    version: &'a str,
    institution_limit: Limit,
    routes: Vec<Call<'a>>,
}

#[derive(Serialize)]
struct Limit {
    tokens_per_second: u32,
    burst_tokens: u32,
}

#[derive(Serialize)]
struct Call<'a> {
    operation: &'a str,
    method: &'static str,
    path: &'a str,
    /// What the customer must have granted; none where anything will do.
    scope: Option<&'static str>,
    /// Where the account stands that the call is about.
    account: Option<Account<'a>>,
    /// Whether the customer confirms it over another channel before money moves.
    confirmation: &'static str,
    tokens: u32,
    body_bytes_max: u32,
}

#[derive(Serialize)]
struct Account<'a> {
    r#in: &'static str,
    name: &'a str,
}

impl<'a> Summary<'a> {
    pub(super) fn of(contract: &'a Contract) -> Self {
        let limit = &contract.institution_limit;
        let mut routes: Vec<Call<'_>> = contract.routes().iter().map(|route| Call::of(route)).collect();
        routes.sort_by_key(|call| (call.path, call.method));
        Self {
            title_ko: &contract.title_ko,
            title_en: &contract.title_en,
            version: &contract.version,
            institution_limit: Limit { tokens_per_second: limit.tokens_per_second, burst_tokens: limit.burst_tokens },
            routes,
        }
    }
}

impl<'a> Call<'a> {
    fn of(route: &'a Route) -> Self {
        let account = route.account.as_ref().map(|location| match location {
            AccountLocation::Path(name) => Account { r#in: "path", name },
            AccountLocation::Body(name) => Account { r#in: "body", name },
        });
        Self {
            operation: &route.operation,
            method: route.method.name(),
            path: &route.template,
            scope: route.scope.map(Scope::name),
            account,
            confirmation: if route.confirmation { "out-of-band" } else { "none" },
            tokens: route.tokens,
            body_bytes_max: route.body_bytes_max,
        }
    }
}

pub(super) fn run(contract: &Contract, view: &View, out: &mut dyn Write) -> Result<(), Stop> {
    let summary = Summary::of(contract);
    if view.format == Format::Json {
        return json(&summary, out);
    }
    let language = view.language();
    let limit = &summary.institution_limit;
    writeln!(out, "{} {}", word(language, summary.title_ko, summary.title_en), summary.version)?;
    writeln!(
        out,
        "{}: {} / {}\n",
        word(language, "기관별 한도(초당 / 순간 최대)", "limit of an institution (per second / at once)"),
        limit.tokens_per_second,
        limit.burst_tokens
    )?;
    let headings = [
        word(language, "방식", "method"),
        word(language, "경로", "path"),
        word(language, "권한", "scope"),
        word(language, "이용자 확인", "confirmation"),
        word(language, "한도", "tokens"),
        word(language, "본문 최대", "body bytes"),
    ];
    let mut table = vec![headings.map(str::to_owned)];
    for call in &summary.routes {
        let confirmation = match call.confirmation {
            "none" => "-",
            _ => word(language, "추가인증", "out of band"),
        };
        table.push([
            call.method.to_owned(),
            call.path.to_owned(),
            call.scope.unwrap_or("-").to_owned(),
            confirmation.to_owned(),
            call.tokens.to_string(),
            if call.body_bytes_max == 0 { "-".to_owned() } else { call.body_bytes_max.to_string() },
        ]);
    }
    let columns: Vec<usize> =
        (0..headings.len()).map(|column| table.iter().map(|line| width(&line[column])).max().unwrap_or(0)).collect();
    for line in &table {
        let cells: Vec<String> = line.iter().zip(&columns).map(|(cell, columns)| padded(cell, *columns)).collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}
