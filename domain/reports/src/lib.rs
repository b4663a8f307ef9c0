//! Official reports as one model, free of any file format.
