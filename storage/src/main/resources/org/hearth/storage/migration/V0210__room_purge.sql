-- Previous events that are not known because they were purged: nobody is asked for them.
ALTER TABLE room_gap ADD COLUMN purged BOOLEAN DEFAULT FALSE NOT NULL;

-- Purges of rooms and of history: they go on from here after a restart. Rows stay for a while for those who ask.
-- detail is JSON: who was made to leave.
CREATE TABLE room_purge (
  id ${text} NOT NULL PRIMARY KEY,
  room_id ${text} NOT NULL,
  kind ${text} NOT NULL,
  status ${text} NOT NULL,
  room BIGINT NOT NULL,
  before_depth BIGINT NOT NULL,
  started_ms BIGINT NOT NULL,
  ended_ms BIGINT NOT NULL,
  rows_removed BIGINT NOT NULL,
  detail ${text} NOT NULL
);
CREATE INDEX room_purge_by_room ON room_purge (room_id, started_ms);

-- Rooms that nobody here may enter.
CREATE TABLE room_block (
  room_id ${text} NOT NULL PRIMARY KEY,
  blocked_by ${text} NOT NULL,
  at_ms BIGINT NOT NULL
);
