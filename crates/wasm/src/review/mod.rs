//! What the reviewer's page shows.
