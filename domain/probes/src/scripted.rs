//! A target for unit tests that answers by a script.

use crate::{Answer, Call, CallOutcome, Chain, Fault, Target, TlsVersion};
use async_trait::async_trait;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

type Script = Box<dyn Fn(&Call) -> CallOutcome + Send + Sync>;

pub struct Scripted {
    script: Script,
    fault: Fault,
}

impl Scripted {
    pub fn calls(script: impl Fn(&Call) -> CallOutcome + Send + Sync + 'static) -> Self {
        Self { script: Box::new(script), fault: Fault::TimedOut }
    }

    pub fn silent(fault: Fault) -> Self {
        let answer = fault.clone();
        Self { script: Box::new(move |_| Err(answer.clone())), fault }
    }
}

#[async_trait]
impl Target for Scripted {
    fn name(&self) -> String {
        "scripted".to_owned()
    }

    async fn offer(&self, _version: TlsVersion) -> Result<(TlsVersion, String), Fault> {
        Err(self.fault.clone())
    }

    async fn chain(&self) -> Result<Chain, Fault> {
        Err(self.fault.clone())
    }

    async fn early_data(&self) -> Result<bool, Fault> {
        Err(self.fault.clone())
    }

    async fn call(&self, call: &Call) -> Result<Answer, Fault> {
        (self.script)(call)
    }
}

pub fn answer(status: u16, body: &str) -> Answer {
    Answer { status, headers: [].into(), body: body.to_owned() }
}

/// The scripts never wait, so one poll is enough.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a scripted target never waits"),
    }
}
