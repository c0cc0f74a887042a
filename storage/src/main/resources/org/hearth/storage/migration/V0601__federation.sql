-- Other servers' signing keys, and the newest document of each as it came.
CREATE TABLE server_key (
  server ${text} NOT NULL,
  key_id ${text} NOT NULL,
  public_key ${bytes} NOT NULL,
  valid_until_ms BIGINT NOT NULL,
  expired BOOLEAN NOT NULL,
  PRIMARY KEY (server, key_id)
);

CREATE TABLE server_key_document (
  server ${text} NOT NULL PRIMARY KEY,
  document ${bytes} NOT NULL,
  fetched_ms BIGINT NOT NULL
);

-- One row: up to which position events are delivered to all servers that do not lag.
CREATE TABLE federation_cursor (
  name ${text} NOT NULL PRIMARY KEY,
  position BIGINT NOT NULL
);

-- Servers that did not answer: up to which position they have everything, and since when.
CREATE TABLE federation_lagging (
  server ${text} NOT NULL PRIMARY KEY,
  delivered BIGINT NOT NULL,
  since_ms BIGINT NOT NULL
);
