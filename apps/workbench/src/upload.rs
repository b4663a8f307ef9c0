//! Files on their way in: `multipart/form-data` (RFC 7578), streamed.
//!
//! The file goes to the folder of files piece by piece and is hashed on the
//! way; nothing of it is held in memory. What the sender calls the file is
//! shown to people and is never a path. When the body ends early, is too large
//! or is otherwise wrong, what was written is removed.

mod pieces;

use crate::access::{Permitted, Visit};
use crate::case::Case;
use crate::error::{RequestFault, WorkbenchError};
use crate::room::Kept;
use crate::submission::encode;
use crate::workbench::Workbench;
use axum::body::Body;
use http::{HeaderMap, header};
use multer::{Field, Multipart};
use pieces::{HeadBudget, PieceError, Pieces};
use sumun_evidence::{
    CriterionCode, EvidenceError, FILE_BYTES_MAX, NOTE_CHARACTERS_MAX, OfficialName, stem_and_ending,
};
use sumun_store::IncomingBlob;
use sumun_time::Date;
use sumun_transport::{BodyFault, body_fault};

/// The most bytes of one field that is not the file.
const FIELD_BYTES_MAX: usize = 4 * 1024;
/// The most fields of one form.
const FIELDS_MAX: usize = 100;
/// After how many bytes of a file the volume is looked at again.
const LOOK_BYTES: u64 = 1_000_000;
/// The name of the field that holds the file.
const FILE_FIELD: &str = "file";

/// What a sender says of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Description {
    /// The title, or a whole official name.
    pub title: String,
    /// The number of the detailed item, such as `1.1.1`.
    pub number: String,
    /// The criteria that it is to prove; none means the items as a whole.
    pub criteria: Vec<CriterionCode>,
    /// The items that it is to prove, where the address does not say.
    pub items: Vec<String>,
    /// The day from which its content holds.
    pub effective_on: Option<Date>,
    /// The id of the evidence that it is a later revision of.
    pub revises: Option<String>,
    /// What the sender calls the file, without folders.
    pub file_name: String,
}

impl Description {
    /// The whole official name, when the title is meant as one or when there
    /// is no title and the file itself is called so (P4, field B).
    pub fn official_name(&self) -> Result<Option<OfficialName>, EvidenceError> {
        if self.title.starts_with("자료") && self.title.chars().nth(2).is_some_and(|next| next.is_ascii_digit()) {
            return self.title.parse().map(Some);
        }
        Ok(if self.title.is_empty() { stem_and_ending(&self.file_name).0.parse().ok() } else { None })
    }
}

/// A form with its file, received to its very end.
#[derive(Debug)]
pub(crate) struct Upload {
    /// What the sender says.
    pub description: Description,
    /// The file.
    pub file: IncomingBlob,
    /// The room that was kept for it, until its row is written.
    pub kept: Kept,
    /// The hidden field of our own forms; pages check it.
    pub csrf: String,
    /// The key of our own forms; pages check it.
    pub once: String,
}

/// A form that is not taken: what to show again.
#[derive(Debug)]
pub(crate) struct Rejected {
    /// Why; the first of them.
    pub error: WorkbenchError,
    /// What else is wrong, if the form could be read to its end.
    pub others: Vec<WorkbenchError>,
    /// What the sender said, as far as it was read.
    pub description: Description,
}

/// Receives a form with one file of evidence of `permit`'s engagement.
pub(crate) async fn receive(permit: &Permitted<Case>, body: Body) -> Result<Upload, Rejected> {
    let mut form = Form::default();
    let read = form.read(permit, body).await;
    let Form { description, file, csrf, once, faults, .. } = form;
    let mut faults = faults.into_iter();
    match (read, faults.next(), file) {
        (Ok(kept), None, Some(file)) => Ok(Upload { description, file, kept, csrf, once }),
        (Ok(_), None, None) => Err(Rejected { error: RequestFault::FileCount.into(), others: Vec::new(), description }),
        (Ok(_), Some(error), file) => {
            let missing = file.is_none().then(|| RequestFault::FileCount.into());
            Err(Rejected { error, others: faults.chain(missing).collect(), description })
        }
        (Err(error), ..) => Err(Rejected { error, others: Vec::new(), description }),
    }
}

/// What was typed beside a file whose sender has to sign in first: the texts
/// that stand before the file, within the bounds of any form. Of the file
/// nothing is read; it has to be chosen again anyway.
pub(crate) async fn texts_before_the_file(visit: &Visit, body: Body) -> sumun_web::Form {
    let mut texts: Vec<(String, String)> = Vec::new();
    let content_type = visit.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    // Who never signed in here has typed into no form of ours.
    let boundary = visit.session_token().and_then(|_| multer::parse_boundary(content_type.unwrap_or_default()).ok());
    if let Some(boundary) = boundary {
        let head = HeadBudget::new();
        let mut fields = Multipart::new(Pieces::new(body.into_data_stream(), head.clone()), boundary);
        while texts.len() < FIELDS_MAX {
            head.begin();
            let Ok(Some(field)) = fields.next_field().await else { break };
            head.end();
            let name = field.name().unwrap_or_default().to_owned();
            if name == FILE_FIELD {
                break;
            }
            let Ok(text) = text_of(field).await else { break };
            texts.push((name, text));
        }
    }
    let pairs = texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    sumun_web::Form::parse(&encode(pairs), visit.locale).unwrap_or_default()
}

#[derive(Default)]
struct Form {
    description: Description,
    file: Option<IncomingBlob>,
    csrf: String,
    once: String,
    seen: Vec<String>,
    /// What is wrong at fields that could be read.
    faults: Vec<WorkbenchError>,
}

impl Form {
    /// Reads the whole form. Answers the room that is kept for its file.
    async fn read(&mut self, permit: &Permitted<Case>, body: Body) -> Result<Kept, WorkbenchError> {
        let (member, workbench) = (permit.member(), permit.workbench());
        let headers = member.visit.headers();
        let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let boundary = multer::parse_boundary(content_type).map_err(|_| RequestFault::ContentType)?;
        let _place = workbench.turns.uploads.take(&member.parties())?;
        let (parts, engagement) = (&workbench.parts, &permit.subject().file.engagement);
        let kept = workbench.room.keep(&*parts.evidence, &parts.evidence_files, engagement, announced(headers)).await?;
        let head = HeadBudget::new();
        let mut fields = Multipart::new(Pieces::new(body.into_data_stream(), head.clone()), boundary);
        let mut count = 0;
        loop {
            head.begin();
            let Some(field) = fields.next_field().await.map_err(broken)? else { return Ok(kept) };
            head.end();
            count += 1;
            if count > FIELDS_MAX {
                return Err(RequestFault::TooLarge.into());
            }
            let name = field.name().unwrap_or_default().to_owned();
            if name == FILE_FIELD {
                self.take_file(workbench, field).await?
            } else {
                self.take_text(&name, field).await?
            }
        }
    }

    async fn take_file(&mut self, workbench: &Workbench, mut field: Field<'_>) -> Result<(), WorkbenchError> {
        if self.file.is_some() {
            return Err(RequestFault::FileCount.into());
        }
        self.description.file_name = base_name(field.file_name().unwrap_or_default());
        let folder = &workbench.parts.evidence_files;
        let (mut file, mut looked) = (folder.begin(FILE_BYTES_MAX).await?, 0);
        while let Some(bytes) = field.chunk().await.map_err(broken_file)? {
            // Others write too while this file comes in.
            if file.size_bytes() >= looked {
                workbench.room.check_volume(folder.path(), bytes.len() as u64)?;
                looked = file.size_bytes() + LOOK_BYTES;
            }
            file.write(&bytes).await?;
        }
        // A browser sends an empty file without a name when nobody chose one.
        if file.size_bytes() == 0 && self.description.file_name.is_empty() {
            return Ok(());
        }
        self.file = Some(file);
        Ok(())
    }

    async fn take_text(&mut self, name: &str, field: Field<'_>) -> Result<(), WorkbenchError> {
        let text = text_of(field).await?;
        let text = sumun_text::composed(&text);
        let text = text.trim();
        let many = matches!(name, "criterion" | "item");
        if !many && self.seen.iter().any(|seen| seen == name) {
            return Err(RequestFault::Malformed.into());
        }
        self.seen.push(name.to_owned());
        let said = &mut self.description;
        match name {
            "csrf" => self.csrf = text.to_owned(),
            "once" => self.once = text.to_owned(),
            "title" => said.title = text.to_owned(),
            "number" => said.number = text.to_owned(),
            "criterion" if !text.is_empty() => match text.parse() {
                Ok(code) => said.criteria.push(code),
                Err(fault) => self.faults.push(EvidenceError::into(fault)),
            },
            "item" => said.items.push(text.to_owned()),
            "effective_on" if !text.is_empty() => match text.parse() {
                Ok(day) => said.effective_on = Some(day),
                Err(_) => self.faults.push(RequestFault::Field("effective_on").into()),
            },
            "revises" if !text.is_empty() => said.revises = Some(text.to_owned()),
            "criterion" | "effective_on" | "revises" => {}
            _ => return Err(RequestFault::Malformed.into()),
        }
        Ok(())
    }
}

/// The text of one field that is not the file.
async fn text_of(mut field: Field<'_>) -> Result<String, RequestFault> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(broken)? {
        if bytes.len() + piece.len() > FIELD_BYTES_MAX {
            return Err(RequestFault::TooLarge);
        }
        bytes.extend_from_slice(&piece);
    }
    String::from_utf8(bytes).map_err(|_| RequestFault::Malformed)
}

/// How long the file may be by what its sender says of the whole form.
fn announced(headers: &HeaderMap) -> u64 {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    length.map_or(FILE_BYTES_MAX, |length: u64| length.min(FILE_BYTES_MAX))
}

/// What is left of a name, in its one spelling, when folders and letters that nobody sees are taken away.
fn base_name(name: &str) -> String {
    let name = sumun_text::composed(name);
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = last.chars().filter(|letter| sumun_text::is_visible(*letter));
    let name: String = plain.take(NOTE_CHARACTERS_MAX).collect();
    let name = name.trim();
    if matches!(name, "." | "..") { String::new() } else { name.to_owned() }
}

/// A body that ends within the file: one that the listener cut off is a file that is too large.
fn broken_file(error: multer::Error) -> WorkbenchError {
    match broken(error) {
        RequestFault::TooLarge => EvidenceError::TooLarge.into(),
        fault => fault.into(),
    }
}

/// A body that cannot be read to its end.
fn broken(error: multer::Error) -> RequestFault {
    match error {
        multer::Error::StreamReadFailed(cause) if matches!(cause.downcast_ref(), Some(PieceError::HeadTooLong)) => {
            RequestFault::TooLarge
        }
        multer::Error::StreamReadFailed(cause) if body_fault(cause.as_ref()) == BodyFault::TooSlow => {
            RequestFault::TooSlow
        }
        multer::Error::StreamReadFailed(cause) if body_fault(cause.as_ref()) == BodyFault::TooLarge => {
            RequestFault::TooLarge
        }
        multer::Error::StreamReadFailed(_)
        | multer::Error::IncompleteFieldData { .. }
        | multer::Error::IncompleteStream
        | multer::Error::IncompleteHeaders => RequestFault::BrokenOff,
        multer::Error::FieldSizeExceeded { .. } | multer::Error::StreamSizeExceeded { .. } => RequestFault::TooLarge,
        _ => RequestFault::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_control_characters_are_no_part_of_a_name() {
        for (sent, kept) in [
            ("임명장.pdf", "임명장.pdf"),
            ("\u{110c}\u{1161}\u{1105}\u{116d}.pdf", "자료.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\kim\\조직도.xlsx", "조직도.xlsx"),
            ("a\r\nSet-Cookie: x=y", "aSet-Cookie: x=y"),
            ("..", ""),
            ("/", ""),
            ("\0", ""),
            ("보고서\u{202e}fdp.exe", "보고서fdp.exe"),
            ("..\u{200b}", ""),
        ] {
            assert_eq!(base_name(sent), kept, "{sent:?}");
        }
        assert_eq!(base_name(&"가".repeat(300)).chars().count(), NOTE_CHARACTERS_MAX);
    }

    #[test]
    fn an_official_name_is_read_from_title_or_file() {
        let said = |title: &str, file_name: &str| Description {
            title: title.into(),
            file_name: file_name.into(),
            ..Description::default()
        };
        let name = said("자료1.1.1-2 조직도", "x.pdf").official_name().unwrap().unwrap();
        assert_eq!((name.serial(), name.title()), (2, "조직도"));
        let name = said("", "자료1.1.1-2 조직도.pdf").official_name().unwrap().unwrap();
        assert_eq!(name.title(), "조직도");
        let name = said("", "자료1.1.1-2 조직도").official_name().unwrap().unwrap();
        assert_eq!(name.title(), "조직도", "the dots of its number begin no ending");
        assert_eq!(said("자료1.1-2 조직도", "").official_name(), Err(EvidenceError::Name));
        assert_eq!(said("조직도", "자료1.1.1-2 다른 이름.pdf").official_name(), Ok(None));
        assert_eq!(said("자료 모음", "").official_name(), Ok(None));
        assert_eq!(said("", "scan0001.pdf").official_name(), Ok(None));
    }
}
