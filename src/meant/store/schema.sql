-- Append-only: triggers (store.py) refuse to change or remove what was recorded.
CREATE TABLE run (id TEXT PRIMARY KEY, at TEXT NOT NULL, record TEXT NOT NULL) STRICT;
CREATE TABLE testcase (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
CREATE TABLE transcript (
    id TEXT PRIMARY KEY,
    key TEXT,               -- what was asked of whom; NULL for a failure, which may be asked again
    record TEXT NOT NULL
) STRICT;
CREATE INDEX transcript_by_key ON transcript (key) WHERE key IS NOT NULL;
CREATE TABLE cell (
    run TEXT NOT NULL,
    system TEXT NOT NULL,
    testcase TEXT NOT NULL,
    transcript TEXT NOT NULL,
    verdict TEXT NOT NULL,
    PRIMARY KEY (run, system, testcase, transcript)
) STRICT;
CREATE TABLE profile (
    run TEXT NOT NULL, system TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (run, system)
) STRICT;
