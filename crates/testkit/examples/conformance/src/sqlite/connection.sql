-- For each connection. The file is temporary, so nothing has to survive a crash.
PRAGMA foreign_keys = ON;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
