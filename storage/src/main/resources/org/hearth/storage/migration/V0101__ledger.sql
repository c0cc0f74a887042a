-- One row per recent batch of the ledger.
CREATE TABLE ledger_batch (
  id BIGINT NOT NULL PRIMARY KEY,
  last_position BIGINT NOT NULL,
  epoch BIGINT NOT NULL
);
