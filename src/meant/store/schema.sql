-- Append-only: triggers (store.py) refuse to change or remove what was recorded.
CREATE TABLE IF NOT EXISTS run (id TEXT PRIMARY KEY, at TEXT NOT NULL, record TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS testcase (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS transcript (
    id TEXT PRIMARY KEY,
    key TEXT,               -- what was asked of whom; NULL for a failure, which may be asked again
    record TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS transcript_by_key ON transcript (key) WHERE key IS NOT NULL;
CREATE TABLE IF NOT EXISTS cell (
    run TEXT NOT NULL,
    system TEXT NOT NULL,
    testcase TEXT NOT NULL,
    transcript TEXT NOT NULL,
    verdict TEXT NOT NULL,
    PRIMARY KEY (run, system, testcase, transcript)
) STRICT;
CREATE TABLE IF NOT EXISTS again (  -- later verdicts of a cell's judge on the same reply, in order
    run TEXT NOT NULL,
    system TEXT NOT NULL,
    transcript TEXT NOT NULL,
    place TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (run, system, transcript, place)
) STRICT;
CREATE TABLE IF NOT EXISTS verdict (
    key TEXT PRIMARY KEY,   -- which judge was asked about what; there is none for a failure, which may be asked again
    record TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS profile (
    run TEXT NOT NULL, system TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (run, system)
) STRICT;
CREATE TABLE IF NOT EXISTS look (
    cases TEXT NOT NULL,    -- the set of gate cases that was looked at
    candidate TEXT NOT NULL,
    at TEXT NOT NULL,
    record TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS look_by_cases ON look (cases);
CREATE TABLE IF NOT EXISTS decision (id TEXT PRIMARY KEY, at TEXT NOT NULL, record TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS foreign_verdict (  -- of another tool's judges, on an imported run
    run TEXT NOT NULL,
    system TEXT NOT NULL,
    transcript TEXT NOT NULL,
    judge TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (run, system, transcript, judge)
) STRICT;
CREATE TABLE IF NOT EXISTS label (
    transcript TEXT NOT NULL,
    rater TEXT NOT NULL,
    record TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS label_by_transcript ON label (transcript);
CREATE TABLE IF NOT EXISTS pair_label (
    testcase TEXT NOT NULL,
    rater TEXT NOT NULL,
    record TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS pair_label_by_case ON pair_label (testcase);
CREATE TABLE IF NOT EXISTS frame (id TEXT PRIMARY KEY, run TEXT NOT NULL, record TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS calibration (id TEXT PRIMARY KEY, judge TEXT NOT NULL, at TEXT NOT NULL, record TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS calibration_by_judge ON calibration (judge);
CREATE TABLE IF NOT EXISTS preference (
    key TEXT PRIMARY KEY,   -- as of a verdict, of a judge that was asked about two replies
    record TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS asking (
    id TEXT PRIMARY KEY,
    question TEXT NOT NULL,
    at TEXT NOT NULL,
    record TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS asking_by_question ON asking (question);
CREATE TABLE IF NOT EXISTS answer (asking TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS answer_use (asking TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT;  -- a reply went by it
CREATE TABLE IF NOT EXISTS exchange (
    request TEXT PRIMARY KEY,   -- grows with time
    at TEXT NOT NULL,
    tenant TEXT,
    system TEXT NOT NULL,
    transcript TEXT NOT NULL,   -- before schema 11 the id of its row there; now empty, and `said` has what was said
    stopped TEXT NOT NULL,      -- these three: 0 or 1
    would_stop TEXT NOT NULL,
    error TEXT NOT NULL,
    record TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS said (  -- the transcript of an exchange
    request TEXT PRIMARY KEY,   -- grows with time, so that rows are added at the end: a hash would touch all pages
    record TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS switch (kind TEXT NOT NULL, name TEXT NOT NULL, record TEXT NOT NULL) STRICT;
