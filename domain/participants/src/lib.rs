//! Institutions, apps, their certificates and key sets.
