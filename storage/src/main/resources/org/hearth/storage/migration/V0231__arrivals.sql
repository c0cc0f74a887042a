-- Who came into which room, in the order of the ledger: for those who tell other servers about devices.
CREATE INDEX user_room_change_by_position ON user_room_change (position);
CREATE INDEX room_server_by_since ON room_server (since);
