//! Won as minor units, checked arithmetic, Korean words for sums.
