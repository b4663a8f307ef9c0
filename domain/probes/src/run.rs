//! One run of one probe, from observation to evidence.

use crate::{Descriptor, Exchange, Judged, Target, redacted};
use async_trait::async_trait;
use serde::Serialize;
use sumun_ids::ProbeRunId;
use sumun_time::Timestamp;

/// A probe: what it looks at, how it looks, what that means.
#[async_trait]
pub trait Probe: Send + Sync {
    /// The fixed facts.
    fn descriptor(&self) -> &'static Descriptor;

    /// Looks at the target; no opinion yet.
    async fn observe(&self, target: &dyn Target) -> Vec<Exchange>;

    /// What the observation means; pure, so that it can be repeated from the evidence.
    fn judge(&self, observed: &[Exchange], now: Timestamp) -> Judged;
}

/// The record of a run: a piece of evidence once it is stored under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Record {
    /// The run.
    pub run: ProbeRunId,
    /// The probe.
    pub probe: &'static str,
    /// What was probed.
    pub target: String,
    /// When the observation began; the judgement is as of this instant.
    pub at: Timestamp,
    /// The conclusion and its reason.
    pub judged: Judged,
    /// The check items that this informs, as `framework/row`.
    pub bindings: Vec<String>,
    /// How many handshakes and calls were made.
    pub attempts: usize,
    /// What was observed, without secrets and personal data.
    pub observed: Vec<Exchange>,
}

impl Record {
    /// The evidence file: indented JSON, one form for the same record.
    pub fn to_json(&self) -> String {
        // A struct of strings and numbers always has a JSON form; an empty
        // file would be seen at once by its hash.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// Runs one probe.
pub async fn run(probe: &dyn Probe, target: &dyn Target, run: ProbeRunId, now: Timestamp) -> Record {
    let descriptor = probe.descriptor();
    let observed = probe.observe(target).await;
    let judged = probe.judge(&observed, now);
    Record {
        run,
        probe: descriptor.id,
        target: target.name(),
        at: now,
        judged,
        bindings: descriptor.bindings.iter().map(|binding| format!("{}/{}", binding.framework, binding.row)).collect(),
        attempts: observed.len(),
        observed: observed.iter().map(redacted).collect(),
    }
}
