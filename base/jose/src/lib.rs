//! JWS compact form and JWK: PS256, ES256, EdDSA and nothing else.
