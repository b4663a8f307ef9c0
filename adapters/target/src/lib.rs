//! Live and recorded targets of the probes.
