//! OAuth 2.0 rules: PAR, code, PKCE, client authentication, tokens.
