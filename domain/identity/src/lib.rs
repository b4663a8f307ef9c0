//! How people sign in: passwords, lockout, sessions.
