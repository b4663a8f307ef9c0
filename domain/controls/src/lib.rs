//! Catalogs of controls: types, loader, predicates, crosswalks.
