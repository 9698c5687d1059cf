-- For each connection. Nothing has to outlive a crash: the file is a temporary one.
PRAGMA foreign_keys = ON;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
