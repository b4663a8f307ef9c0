//! The clock and randomness of the machine.
