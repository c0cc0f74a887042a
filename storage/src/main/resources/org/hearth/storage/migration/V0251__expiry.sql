-- Self-destructing events. due_ms is 2^63 - 1 until everybody has read it; after_read_ms counts from then.
CREATE TABLE event_expiry (
  room BIGINT NOT NULL,
  ordinal INTEGER NOT NULL,
  event_id ${text} NOT NULL,
  due_ms BIGINT NOT NULL,
  after_read_ms BIGINT NOT NULL,
  PRIMARY KEY (room, ordinal)
);
CREATE INDEX event_expiry_by_time ON event_expiry (due_ms);
