-- Staged events that cannot be judged before a key of a server is to be had; origin is who sent the event.
CREATE TABLE room_awaited_key (
  room_id ${text} NOT NULL,
  event_id ${text} NOT NULL,
  position BIGINT NOT NULL,
  origin ${text} NOT NULL,
  server ${text} NOT NULL,
  PRIMARY KEY (room_id, event_id)
);
CREATE INDEX room_awaited_key_by_server ON room_awaited_key (server, position);
CREATE INDEX room_awaited_key_by_origin ON room_awaited_key (origin, room_id);
