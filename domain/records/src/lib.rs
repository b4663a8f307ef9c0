//! Access records of calls: masked lines, batches, roots.
