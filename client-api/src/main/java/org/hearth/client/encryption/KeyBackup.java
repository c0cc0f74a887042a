package org.hearth.client.encryption;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.Routes;
import org.hearth.e2ee.backup.BackupKey;
import org.hearth.e2ee.backup.BackupVersion;
import org.hearth.e2ee.backup.BackupVersions;
import org.hearth.e2ee.backup.KeyBackups;
import org.hearth.e2ee.backup.KeySelection;
import org.hearth.e2ee.backup.SessionRef;
import org.hearth.schemas.id.RoomId;
import org.jspecify.annotations.Nullable;

/// Specification file `key_backup.yaml`; methods are its operationIds.
final class KeyBackup {
  private static final String VERSIONS = "/room_keys/version";
  private static final String VERSION = "/room_keys/version/:version";
  private static final String ALL = "/room_keys/keys";
  private static final String ROOM = "/room_keys/keys/:roomId";
  private static final String SESSION = "/room_keys/keys/:roomId/:sessionId";

  private final BackupVersions versions;
  private final KeyBackups backups;

  KeyBackup(BackupVersions versions, KeyBackups backups) {
    this.versions = versions;
    this.backups = backups;
  }

  void mount(Routes routes) {
    for (var prefix : new String[] {"/v3", "/unstable"}) {
      var token = Auth.ACCESS_TOKEN;
      routes.post(prefix + VERSIONS, token, VersionRequest.class, this::postRoomKeysVersion);
      routes.get(prefix + VERSIONS, token, this::getRoomKeysVersionCurrent);
      routes.get(prefix + VERSION, token, this::getRoomKeysVersion);
      routes.put(prefix + VERSION, token, VersionRequest.class, this::putRoomKeysVersion);
      routes.delete(prefix + VERSION, token, this::deleteRoomKeysVersion);
      routes.put(prefix + SESSION, token, Key.class, this::putRoomKeyBySessionId);
      routes.get(prefix + SESSION, token, this::getRoomKeyBySessionId);
      routes.delete(prefix + SESSION, token, this::deleteRoomKeyBySessionId);
      routes.put(prefix + ROOM, token, RoomKeys.class, this::putRoomKeysByRoomId);
      routes.get(prefix + ROOM, token, this::getRoomKeysByRoomId);
      routes.delete(prefix + ROOM, token, this::deleteRoomKeysByRoomId);
      routes.put(prefix + ALL, token, AllKeys.class, this::putRoomKeys);
      routes.get(prefix + ALL, token, this::getRoomKeys);
      routes.delete(prefix + ALL, token, this::deleteRoomKeys);
    }
  }

  /// Body of
  /// [postRoomKeysVersion](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3room_keysversion)
  /// and `putRoomKeysVersion`.
  ///
  /// @param version only when updating: must be that of the path, if present
  record VersionRequest(
      String algorithm, @JsonProperty("auth_data") ObjectNode authData, @Nullable String version) {}

  /// A version and what is in it.
  record ShownVersion(
      String algorithm,
      @JsonProperty("auth_data") ObjectNode authData,
      long count,
      String etag,
      String version) {

    static ShownVersion of(BackupVersion version) {
      return new ShownVersion(
          version.algorithm(),
          version.authData(),
          version.count(),
          Long.toString(version.etag()),
          Long.toString(version.version()));
    }
  }

  /// The backed up key of a session.
  record Key(
      @JsonProperty("first_message_index") Long firstMessageIndex,
      @JsonProperty("forwarded_count") Long forwardedCount,
      @JsonProperty("is_verified") Boolean isVerified,
      @JsonProperty("session_data") ObjectNode sessionData) {

    static Key of(BackupKey key) {
      return new Key(
          key.firstMessageIndex(), key.forwardedCount(), key.isVerified(), key.sessionData());
    }

    /// 400 `M_MISSING_PARAM` where something is absent: within maps nobody checked it.
    BackupKey toBackup() {
      required("first_message_index", firstMessageIndex);
      required("forwarded_count", forwardedCount);
      required("is_verified", isVerified);
      required("session_data", sessionData);
      return new BackupKey(firstMessageIndex, forwardedCount, isVerified, sessionData);
    }

    private static void required(String name, @Nullable Object value) {
      if (value == null) throw RequestError.missingParam(name);
    }
  }

  /// Keys by session ID.
  record RoomKeys(Map<String, Key> sessions) {}

  /// Keys by session ID by room.
  record AllKeys(Map<String, RoomKeys> rooms) {}

  Reply postRoomKeysVersion(Caller caller, Path path, VersionRequest body) {
    return Reply.of(
        versions.create(caller.userId(), body.algorithm(), body.authData()),
        version -> Map.of("version", version));
  }

  Reply getRoomKeysVersionCurrent(Caller caller, Path path) {
    return Reply.of(versions.current(caller.userId()), ShownVersion::of);
  }

  Reply getRoomKeysVersion(Caller caller, Path path) {
    return Reply.of(versions.get(caller.userId(), path.get("version")), ShownVersion::of);
  }

  Reply putRoomKeysVersion(Caller caller, Path path, VersionRequest body) {
    return Reply.emptyOr(
        versions.update(
            caller.userId(),
            path.get("version"),
            body.algorithm(),
            body.authData(),
            Optional.ofNullable(body.version())));
  }

  Reply deleteRoomKeysVersion(Caller caller, Path path) {
    return Reply.emptyOr(versions.delete(caller.userId(), path.get("version")));
  }

  Reply putRoomKeyBySessionId(Caller caller, Path path, Key body) {
    var session = new SessionRef(path.roomId(), path.get("sessionId"));
    return put(caller, path, Map.of(session, body.toBackup()));
  }

  Reply putRoomKeysByRoomId(Caller caller, Path path, RoomKeys body) {
    var keys = new TreeMap<SessionRef, BackupKey>();
    add(path.roomId(), body, keys);
    return put(caller, path, keys);
  }

  Reply putRoomKeys(Caller caller, Path path, AllKeys body) {
    var keys = new TreeMap<SessionRef, BackupKey>();
    body.rooms()
        .forEach(
            (room, ofRoom) ->
                add(
                    RoomId.tryParse(room)
                        .orElseThrow(() -> RequestError.badJson("rooms must be by room ID")),
                    EncryptionEndpoints.notNull(room, ofRoom),
                    keys));
    return put(caller, path, keys);
  }

  private static void add(RoomId room, RoomKeys sent, Map<SessionRef, BackupKey> keys) {
    EncryptionEndpoints.notNull("sessions", sent.sessions())
        .forEach(
            (session, key) ->
                keys.put(
                    new SessionRef(room, session),
                    EncryptionEndpoints.notNull(session, key).toBackup()));
  }

  private Reply put(Caller caller, Path path, Map<SessionRef, BackupKey> keys) {
    return Reply.of(
        backups.put(caller.userId(), path.query().require("version"), keys), stored -> stored);
  }

  Reply getRoomKeyBySessionId(Caller caller, Path path) {
    var selection = KeySelection.session(path.roomId(), path.get("sessionId"));
    return Reply.of(
        backups.get(caller.userId(), path.query().require("version"), selection),
        keys -> Key.of(keys.firstEntry().getValue()));
  }

  Reply getRoomKeysByRoomId(Caller caller, Path path) {
    var room = path.roomId();
    return Reply.of(
        backups.get(caller.userId(), path.query().require("version"), KeySelection.room(room)),
        keys -> byRoom(keys).getOrDefault(room, new RoomKeys(Map.of())));
  }

  Reply getRoomKeys(Caller caller, Path path) {
    return Reply.of(
        backups.get(caller.userId(), path.query().require("version"), KeySelection.ALL),
        keys -> Map.of("rooms", byRoom(keys)));
  }

  private static SortedMap<RoomId, RoomKeys> byRoom(SortedMap<SessionRef, BackupKey> keys) {
    var rooms = new TreeMap<RoomId, RoomKeys>();
    keys.forEach(
        (session, key) ->
            rooms
                .computeIfAbsent(session.roomId(), _ -> new RoomKeys(new TreeMap<>()))
                .sessions()
                .put(session.sessionId(), Key.of(key)));
    return rooms;
  }

  Reply deleteRoomKeyBySessionId(Caller caller, Path path) {
    return delete(caller, path, KeySelection.session(path.roomId(), path.get("sessionId")));
  }

  Reply deleteRoomKeysByRoomId(Caller caller, Path path) {
    return delete(caller, path, KeySelection.room(path.roomId()));
  }

  Reply deleteRoomKeys(Caller caller, Path path) {
    return delete(caller, path, KeySelection.ALL);
  }

  private Reply delete(Caller caller, Path path, KeySelection selection) {
    return Reply.of(
        backups.delete(caller.userId(), path.query().require("version"), selection),
        stored -> stored);
  }
}
