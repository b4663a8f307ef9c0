//! PDF by typst with embedded Korean fonts; heavy, so a leaf of its own.
