//! A member of staff at the workbench's API: what the pages do, a program does too.

use super::app::Answer;
use super::customer::JourneyError;
use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};
use sumun_transport::Client;

/// A signed-in member of staff.
pub struct Staff {
    client: Client,
    /// Base address of the workbench.
    workbench: String,
    token: String,
}

/// A file on its way to the workbench.
pub struct Document<'a> {
    /// Code of the item that it is to prove.
    pub item: &'a str,
    /// Number of the detailed item, under which it is named.
    pub number: &'a str,
    /// Title.
    pub title: &'a str,
    /// What it is called at home.
    pub file_name: &'a str,
    /// The file.
    pub content: &'a [u8],
}

/// Separates the parts of a form; long enough not to stand in a text by chance.
const BOUNDARY: &str = "sumun-journey-3d1f9c52a7e84b60";

impl Staff {
    /// Signs in.
    pub async fn sign_in(
        client: Client,
        workbench: String,
        (login, password): (&str, &str),
    ) -> Result<Self, JourneyError> {
        let mut staff = Self { client, workbench, token: String::new() };
        let answer = staff.post("/api/v1/session", &json!({ "login": login, "password": password })).await?;
        staff.token = answer.text("token");
        Ok(staff)
    }

    /// Reads something.
    pub async fn get(&self, path: &str) -> Result<Value, JourneyError> {
        Ok(self.send(Method::GET, path, None, Bytes::new()).await?.body)
    }

    /// Sends JSON; anything but success is an error.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer, JourneyError> {
        self.send(Method::POST, path, Some("application/json"), Bytes::from(body.to_string())).await
    }

    /// Sends a request without a body.
    pub async fn post_nothing(&self, path: &str) -> Result<Answer, JourneyError> {
        self.send(Method::POST, path, None, Bytes::new()).await
    }

    /// Uploads a file as evidence.
    pub async fn upload(&self, engagement: &str, document: &Document<'_>) -> Result<Answer, JourneyError> {
        let mut body = Vec::new();
        for (name, value) in [("item", document.item), ("number", document.number), ("title", document.title)] {
            let part = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let file = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{}\"\r\ncontent-type: text/plain\r\n\r\n",
            document.file_name
        );
        body.extend_from_slice(file.as_bytes());
        body.extend_from_slice(document.content);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let path = format!("/api/v1/engagements/{engagement}/evidence");
        self.send(Method::POST, &path, Some(&format!("multipart/form-data; boundary={BOUNDARY}")), Bytes::from(body))
            .await
    }

    /// Downloads a file.
    pub async fn download(&self, path: &str) -> Result<Bytes, JourneyError> {
        let response = self.client.request(self.request(Method::GET, path, None, Bytes::new())?).await;
        let response = response.map_err(|error| JourneyError::new(error.to_string()))?;
        if !response.status().is_success() {
            return Err(JourneyError::new(format!("GET {path}: {}", response.status())));
        }
        Ok(response.into_body())
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        content_type: Option<&str>,
        body: Bytes,
    ) -> Result<Request<Bytes>, JourneyError> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.workbench));
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        request.body(body).map_err(|error| JourneyError::new(error.to_string()))
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        content_type: Option<&str>,
        body: Bytes,
    ) -> Result<Answer, JourneyError> {
        let shown = format!("{method} {path}");
        let response = self.client.request(self.request(method, path, content_type, body)?).await;
        let response = response.map_err(|error| JourneyError::new(format!("{shown}: {error}")))?;
        let status = response.status().as_u16();
        let body = match response.body().as_ref() {
            [] => Value::Null,
            bytes => serde_json::from_slice(bytes)
                .map_err(|_| JourneyError::new(format!("{shown}: the answer {status} is not JSON")))?,
        };
        let answer = Answer { status, body };
        if answer.is_ok() {
            return Ok(answer);
        }
        Err(JourneyError::new(format!("{shown}: {status} {} {}", answer.code(), answer.text("detail"))))
    }
}
