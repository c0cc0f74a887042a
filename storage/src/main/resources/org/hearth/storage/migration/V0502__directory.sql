-- Local aliases, and the rooms in this server's directory.
CREATE TABLE room_alias (
  alias ${text} NOT NULL PRIMARY KEY,
  room_id ${text} NOT NULL,
  creator ${text} NOT NULL,
  position BIGINT NOT NULL
);
CREATE INDEX room_alias_by_room ON room_alias (room_id, position);

CREATE TABLE published_room (
  room_id ${text} NOT NULL PRIMARY KEY,
  position BIGINT NOT NULL
);
