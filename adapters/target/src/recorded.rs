//! A target that answers from the evidence of an earlier run, so that a
//! judgement can be repeated without the network.

use async_trait::async_trait;
use serde::Deserialize;
use std::fmt;
use sumun_probes::{Answer, Call, Chain, Exchange, Fault, Target, TlsVersion};

/// The recorded exchanges of one run.
pub struct RecordedTarget {
    name: String,
    observed: Vec<Exchange>,
}

/// The text is not the evidence of a probe run.
#[derive(Debug)]
pub struct RecordingError {
    source: serde_json::Error,
}

impl fmt::Display for RecordingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is not the evidence of a probe run")
    }
}

impl std::error::Error for RecordingError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

#[derive(Deserialize)]
struct Evidence {
    target: String,
    observed: Vec<Exchange>,
}

impl RecordedTarget {
    /// Reads the evidence file of a run.
    ///
    /// # Errors
    /// When the text is not such a file.
    pub fn from_json(text: &str) -> Result<Self, RecordingError> {
        let evidence: Evidence = serde_json::from_str(text).map_err(|source| RecordingError { source })?;
        Ok(Self { name: evidence.target, observed: evidence.observed })
    }

    /// What was observed, in order.
    pub fn observed(&self) -> &[Exchange] {
        &self.observed
    }

    fn find<T>(&self, pick: impl Fn(&Exchange) -> Option<Result<T, Fault>>) -> Result<T, Fault> {
        let missing = || Err(Fault::NotEquipped("the recording has no such exchange".to_owned()));
        self.observed.iter().find_map(pick).unwrap_or_else(missing)
    }
}

#[async_trait]
impl Target for RecordedTarget {
    fn name(&self) -> String {
        self.name.clone()
    }

    async fn offer(&self, version: TlsVersion) -> Result<(TlsVersion, String), Fault> {
        self.find(|exchange| match exchange {
            Exchange::Offer { version: recorded, outcome } if *recorded == version => Some(outcome.clone()),
            _ => None,
        })
    }

    async fn chain(&self) -> Result<Chain, Fault> {
        self.find(|exchange| match exchange {
            Exchange::Chain { outcome } => Some(outcome.clone()),
            _ => None,
        })
    }

    async fn early_data(&self) -> Result<bool, Fault> {
        self.find(|exchange| match exchange {
            Exchange::EarlyData { outcome } => Some(outcome.clone()),
            _ => None,
        })
    }

    async fn call(&self, call: &Call) -> Result<Answer, Fault> {
        self.find(|exchange| match exchange {
            Exchange::Call { call: recorded, outcome } if recorded.label == call.label => Some(outcome.clone()),
            _ => None,
        })
    }
}
