-- Local accounts. They are never removed: a name is not given twice.
CREATE TABLE account (
  user_id ${text} NOT NULL,
  password_hash ${text},
  administrator BOOLEAN NOT NULL,
  deactivated BOOLEAN NOT NULL,
  locked BOOLEAN NOT NULL,
  suspended BOOLEAN NOT NULL,
  created_ms BIGINT NOT NULL,
  PRIMARY KEY (user_id)
);

-- Names and addresses are sealed.
CREATE TABLE device (
  user_id ${text} NOT NULL,
  device_id ${text} NOT NULL,
  display_name ${bytes},
  seen_ip ${bytes},
  seen_ms BIGINT NOT NULL,
  PRIMARY KEY (user_id, device_id)
);

-- Tokens are hashes.
CREATE TABLE access_token (
  hash ${text} NOT NULL,
  user_id ${text} NOT NULL,
  device_id ${text} NOT NULL,
  refresh_hash ${text},
  expires_ms BIGINT NOT NULL,
  fresh BOOLEAN NOT NULL,
  PRIMARY KEY (hash)
);
CREATE INDEX access_token_device ON access_token (user_id, device_id);

CREATE TABLE refresh_token (
  hash ${text} NOT NULL,
  user_id ${text} NOT NULL,
  device_id ${text} NOT NULL,
  expires_ms BIGINT NOT NULL,
  PRIMARY KEY (hash)
);
CREATE INDEX refresh_token_device ON refresh_token (user_id, device_id);

CREATE TABLE profile_field (
  user_id ${text} NOT NULL,
  field ${text} NOT NULL,
  content ${bytes} NOT NULL,
  PRIMARY KEY (user_id, field)
);

-- room_id is empty for data that belongs to no room.
CREATE TABLE account_data (
  user_id ${text} NOT NULL,
  room_id ${text} NOT NULL,
  kind ${text} NOT NULL,
  content ${bytes} NOT NULL,
  stream_position BIGINT NOT NULL,
  PRIMARY KEY (user_id, room_id, kind)
);
CREATE INDEX account_data_position ON account_data (user_id, stream_position);

CREATE TABLE user_filter (
  user_id ${text} NOT NULL,
  filter_id ${text} NOT NULL,
  content ${bytes} NOT NULL,
  PRIMARY KEY (user_id, filter_id)
);

-- Push keys address somebody's phone: they are sealed, and found by their hash.
CREATE TABLE pusher (
  user_id ${text} NOT NULL,
  app_id ${text} NOT NULL,
  pushkey_hash ${text} NOT NULL,
  device_id ${text} NOT NULL,
  content ${bytes} NOT NULL,
  PRIMARY KEY (user_id, app_id, pushkey_hash)
);
CREATE INDEX pusher_key ON pusher (pushkey_hash, app_id);
