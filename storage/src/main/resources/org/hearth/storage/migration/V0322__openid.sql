-- By which others learn who a user is; for an hour.
CREATE TABLE openid_token (
  hash ${text} NOT NULL,
  user_id ${text} NOT NULL,
  expires_ms BIGINT NOT NULL,
  PRIMARY KEY (hash)
);
CREATE INDEX openid_token_user ON openid_token (user_id);
CREATE INDEX openid_token_expiry ON openid_token (expires_ms);
