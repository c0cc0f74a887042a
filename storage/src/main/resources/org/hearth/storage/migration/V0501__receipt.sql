-- How far people have read. thread is empty for receipts that count for all threads.
CREATE TABLE receipt (
  room_id ${text} NOT NULL,
  user_id ${text} NOT NULL,
  kind ${text} NOT NULL,
  thread ${text} NOT NULL,
  event_id ${text} NOT NULL,
  read_ms BIGINT NOT NULL,
  position BIGINT NOT NULL,
  PRIMARY KEY (room_id, user_id, kind, thread)
);
CREATE INDEX receipt_by_position ON receipt (room_id, position);
