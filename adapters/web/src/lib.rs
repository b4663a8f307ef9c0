//! Page shell, components, messages in two languages, problem details.
