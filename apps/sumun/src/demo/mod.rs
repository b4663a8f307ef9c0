//! `sumun demo`: the whole loop without a person.

mod narrator;
mod summary;
