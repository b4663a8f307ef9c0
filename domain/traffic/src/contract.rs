//! The contract of the open API: which calls there are and what each needs.
//!
//! A contract is an OpenAPI 3.1 document with one extension, `x-sumun`, that
//! says what the gateway enforces. Reading it is strict: whatever the gateway
//! would have to guess is refused with the place (a JSON pointer, RFC 6901)
//! and what was expected there, so that a slip in a contract never becomes an
//! open door.

mod cursor;

use crate::filter::limit::LimitRule;
use cursor::Cursor;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use sumun_consent::Scope;
use sumun_jose::{JsonError, JsonLimits, parse_json_strict};

/// The longest contract that is read.
const DOCUMENT_LIMITS: JsonLimits = JsonLimits { bytes_max: 4 * 1024 * 1024, depth_max: 48 };
/// The largest body that an operation may take.
const BODY_BYTES_CEILING: u64 = 1024 * 1024;

/// A contract that was read whole.
pub struct Contract {
    /// Korean name.
    pub title_ko: String,
    /// English name.
    pub title_en: String,
    /// Its version.
    pub version: String,
    /// How fast an institution may call, unless the operator sets another rule.
    pub institution_limit: LimitRule,
    routes: Vec<Arc<Route>>,
    paths: matchit::Router<Vec<Arc<Route>>>,
}

/// One operation and what it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// `METHOD /template`, as access records show it.
    pub name: Arc<str>,
    /// `operationId`.
    pub operation: String,
    /// The method.
    pub method: Method,
    /// The path with parameters in braces.
    pub template: String,
    /// What the customer must have granted; none for a call that tells what was granted, whatever that is.
    pub scope: Option<Scope>,
    /// Where the account stands that the call is about; none for calls about no account of the customer.
    pub account: Option<AccountLocation>,
    /// Whether the customer confirms it over another channel (PR-051).
    pub confirmation: bool,
    /// What it costs of the institution's limit.
    pub tokens: u32,
    /// The longest body in bytes; 0 where there is none.
    pub body_bytes_max: u32,
    /// Header parameters, in lower case: the only headers beside the standard ones that reach the processor.
    pub headers: Vec<String>,
    /// Query parameters: whatever else stands in a query is refused.
    pub query: Vec<String>,
}

/// Where a call names the account that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountLocation {
    /// The path parameter of this name.
    Path(String),
    /// The member of this name at the top of the JSON body.
    Body(String),
}

/// The methods that an open API uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the methods say it all")]
pub enum Method {
    Delete,
    Get,
    Patch,
    Post,
    Put,
}

impl Method {
    const ALL: [(&'static str, Self); 5] = [
        ("delete", Self::Delete),
        ("get", Self::Get),
        ("patch", Self::Patch),
        ("post", Self::Post),
        ("put", Self::Put),
    ];

    /// The name in a request line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delete => "DELETE",
            Self::Get => "GET",
            Self::Patch => "PATCH",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

/// Why a document is not a contract: where, and what should stand there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractError {
    /// JSON pointer of the place; empty for the whole document.
    pub pointer: String,
    /// What was expected.
    pub expected: String,
    /// What the JSON reader said, where the document is not even JSON.
    pub json: Option<JsonError>,
}

impl fmt::Display for ContractError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "the document" } else { &self.pointer };
        write!(f, "contract: at {place}: expected {}", self.expected)
    }
}

impl std::error::Error for ContractError {}

impl Contract {
    /// Reads a contract from its JSON text.
    ///
    /// # Errors
    /// [`ContractError`] for the first place that is not as it must be.
    pub fn parse(json: &[u8]) -> Result<Self, ContractError> {
        let document = parse_json_strict(json, DOCUMENT_LIMITS).map_err(|error| ContractError {
            pointer: String::new(),
            expected: format!("JSON, but {error}"),
            json: Some(error),
        })?;
        let root = Cursor::root(&document);
        root.object()?;
        let openapi = root.member("openapi")?;
        if !openapi.text()?.starts_with("3.1.") {
            return Err(openapi.expected("version 3.1 of OpenAPI"));
        }
        cursor::references_resolve(&root)?;
        guarded_by_certificate_and_token(&root)?;
        let info = root.member("info")?;
        let institution_limit = limit_rule(&root.member("x-sumun")?)?;
        let mut contract = Self {
            title_ko: info.member("title")?.text()?.to_owned(),
            title_en: info.member("x-title-en")?.text()?.to_owned(),
            version: info.member("version")?.text()?.to_owned(),
            institution_limit,
            routes: Vec::new(),
            paths: matchit::Router::new(),
        };
        for path in root.member("paths")?.members()? {
            contract.add_path(&path)?;
        }
        if contract.routes.is_empty() {
            return Err(root.member("paths")?.expected("at least one operation"));
        }
        Ok(contract)
    }

    /// All operations, in the order of the document.
    pub fn routes(&self) -> &[Arc<Route>] {
        &self.routes
    }

    #[expect(clippy::type_complexity, reason = "operations and parameters of one path, for the route filter only")]
    pub(crate) fn at<'a>(&'a self, path: &'a str) -> Option<(&'a [Arc<Route>], Vec<(&'a str, &'a str)>)> {
        let found = self.paths.at(path).ok()?;
        Some((found.value, found.params.iter().collect()))
    }

    fn add_path(&mut self, path: &Cursor<'_>) -> Result<(), ContractError> {
        let template = path.name();
        if !is_template(template) {
            return Err(path.expected("a path such as /v1/accounts/{account_id} in plain letters"));
        }
        let mut operations = Vec::new();
        for operation in path.members()? {
            let method = Method::ALL.into_iter().find(|(name, _)| *name == operation.name());
            let (_, method) = method.ok_or_else(|| operation.expected("a method: delete, get, patch, post or put"))?;
            let route = Arc::new(read_route(&operation, method, template)?);
            if self.routes.iter().any(|known| known.operation == route.operation) {
                return Err(operation.member("operationId")?.expected("a name that no other operation has"));
            }
            self.routes.push(Arc::clone(&route));
            operations.push(route);
        }
        self.paths
            .insert(template, operations)
            .map_err(|_| path.expected("a path that matches no request of another path"))
    }
}

impl fmt::Debug for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contract").field("version", &self.version).field("routes", &self.routes).finish_non_exhaustive()
    }
}

fn is_template(template: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    let segment = |segment: &str| {
        let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(segment);
        !name.is_empty() && name != "." && name != ".." && name.bytes().all(plain)
    };
    template.strip_prefix('/').is_some_and(|rest| rest.split('/').all(segment))
}

/// No operation may be open: both schemes for all, and no operation says otherwise.
fn guarded_by_certificate_and_token(root: &Cursor<'_>) -> Result<(), ContractError> {
    let security = root.member("security")?;
    let both = security.array()?.iter().all(|choice| {
        let named = |scheme| choice.get(scheme).is_some_and(Value::is_array);
        named("mutual_tls") && named("access_token")
    });
    if both && !security.array()?.is_empty() {
        Ok(())
    } else {
        Err(security.expected("mutual_tls and access_token together in every choice"))
    }
}

fn limit_rule(extension: &Cursor<'_>) -> Result<LimitRule, ContractError> {
    extension.only(&["limits"])?;
    let limits = extension.member("limits")?;
    limits.only(&["institution"])?;
    let rule = limits.member("institution")?;
    rule.only(&["tokens_per_second", "burst_tokens"])?;
    let number = |name| rule.member(name)?.whole(1..=1_000_000).map(|value| value as u32);
    Ok(LimitRule { tokens_per_second: number("tokens_per_second")?, burst_tokens: number("burst_tokens")? })
}

fn read_route(operation: &Cursor<'_>, method: Method, template: &str) -> Result<Route, ContractError> {
    for text in ["summary", "x-summary-en", "description", "x-description-en"] {
        operation.member(text)?.text()?;
    }
    if let Some(security) = operation.optional("security")? {
        return Err(security.expected("nothing: the document's security holds for every operation"));
    }
    let rules = operation.member("x-sumun")?;
    rules.only(&["scope", "account_parameter", "confirmation", "limit"])?;
    let limit = rules.member("limit")?;
    limit.only(&["tokens", "body_bytes_max"])?;
    let body_bytes_max = limit.member("body_bytes_max")?;
    let body_bytes = body_bytes_max.whole(0..=BODY_BYTES_CEILING)?;
    if (body_bytes > 0) != operation.optional("requestBody")?.is_some() {
        return Err(body_bytes_max.expected("0 without a requestBody, and more with one"));
    }
    Ok(Route {
        name: format!("{} {template}", method.name()).into(),
        operation: operation.member("operationId")?.text()?.to_owned(),
        method,
        template: template.to_owned(),
        scope: scope(&rules, method)?,
        account: account_location(&rules.member("account_parameter")?, operation, template)?,
        confirmation: confirmation(&rules.member("confirmation")?)?,
        tokens: limit.member("tokens")?.whole(1..=1_000)? as u32,
        body_bytes_max: body_bytes as u32,
        headers: header_parameters(operation)?,
        query: query_parameters(operation)?,
    })
}

/// Headers that the gateway itself sets or consumes; a contract cannot let a caller set them.
const RESERVED_HEADERS: [&str; 12] = [
    "authorization",
    "connection",
    "content-length",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-request-id",
];

/// The names of an operation's parameters that stand in `place`.
fn parameter_names<'a>(operation: &Cursor<'a>, place: &str) -> Result<Vec<Cursor<'a>>, ContractError> {
    let Some(parameters) = operation.optional("parameters")? else { return Ok(Vec::new()) };
    let mut names = Vec::new();
    for parameter in parameters.items()? {
        if parameter.member("in")?.text()? == place {
            names.push(parameter.member("name")?);
        }
    }
    Ok(names)
}

fn header_parameters(operation: &Cursor<'_>) -> Result<Vec<String>, ContractError> {
    let mut headers = Vec::new();
    for name in parameter_names(operation, "header")? {
        let header = name.text()?;
        let plain = header.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !plain || header.starts_with("sumun-") || RESERVED_HEADERS.contains(&header) {
            return Err(name.expected("a header name in lower case that the gateway does not set itself"));
        }
        headers.push(header.to_owned());
    }
    Ok(headers)
}

/// Names that are compared as they are sent, so that none needs an escape.
fn query_parameters(operation: &Cursor<'_>) -> Result<Vec<String>, ContractError> {
    let mut parameters = Vec::new();
    for name in parameter_names(operation, "query")? {
        let parameter = name.text()?;
        let plain = parameter.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if !plain || parameter == "access_token" {
            return Err(name.expected("a name of small letters, digits and underscores that is no access token"));
        }
        parameters.push(parameter.to_owned());
    }
    Ok(parameters)
}

/// A call without a scope of its own asks for no more than a live token and a
/// standing consent. So it may do no more than tell what these allow: it reads,
/// and names neither an account nor anything else that a scope would guard.
fn scope(rules: &Cursor<'_>, method: Method) -> Result<Option<Scope>, ContractError> {
    let scope = rules.member("scope")?;
    if !scope.value().is_null() {
        return scope.text()?.parse().map(Some).map_err(|error| scope.expected(&format!("a scope: {error}")));
    }
    let names_no_account = rules.member("account_parameter")?.value().is_null();
    let moves_nothing = !confirmation(&rules.member("confirmation")?)?;
    if method == Method::Get && names_no_account && moves_nothing {
        Ok(None)
    } else {
        Err(scope.expected("a scope, since only a GET without an account may do with any"))
    }
}

fn confirmation(cursor: &Cursor<'_>) -> Result<bool, ContractError> {
    match cursor.text()? {
        "none" => Ok(false),
        "out-of-band" => Ok(true),
        _ => Err(cursor.expected("none or out-of-band")),
    }
}

fn account_location(
    cursor: &Cursor<'_>,
    operation: &Cursor<'_>,
    template: &str,
) -> Result<Option<AccountLocation>, ContractError> {
    if cursor.value().is_null() {
        // A path that shows an account must say so, or its check would be forgotten.
        return if template.contains("account_id") {
            Err(cursor.expected("where the account stands, since the path names one"))
        } else {
            Ok(None)
        };
    }
    cursor.only(&["in", "name"])?;
    let (place, name) = (cursor.member("in")?, cursor.member("name")?);
    match place.text()? {
        "path"
            if template.split('/').any(|segment| segment == format!("{{{}}}", name.value().as_str().unwrap_or(""))) =>
        {
            Ok(Some(AccountLocation::Path(name.text()?.to_owned())))
        }
        "path" => Err(name.expected("a parameter of the path")),
        "body" => {
            let media = operation.member("requestBody")?.member("content")?.member("application/json")?;
            if media.member("schema")?.always_requires(name.text()?)? {
                Ok(Some(AccountLocation::Body(name.text()?.to_owned())))
            } else {
                Err(name.expected("a member that every form of the body requires"))
            }
        }
        _ => Err(place.expected("path or body")),
    }
}

#[cfg(test)]
mod tests;
