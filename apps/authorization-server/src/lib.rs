//! Authorization server: PAR, login, consent, tokens.
