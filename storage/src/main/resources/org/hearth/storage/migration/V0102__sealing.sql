-- Keys that seal payloads, each wrapped with a key derived from the master key.
CREATE TABLE sealing_key (
  scope ${text} NOT NULL,
  epoch INTEGER NOT NULL,
  created_ms BIGINT NOT NULL,
  wrapped ${bytes} NOT NULL,
  PRIMARY KEY (scope, epoch)
);
