package org.hearth.client.encryption;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hearth.client.account.UserInteractive;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.Routes;
import org.hearth.e2ee.backup.BackupVersions;
import org.hearth.e2ee.backup.KeyBackups;
import org.hearth.e2ee.crosssigning.CrossSigningUploads;
import org.hearth.e2ee.crosssigning.SignatureUploads;
import org.hearth.e2ee.devicelists.DeviceListChanges;
import org.hearth.e2ee.devicelists.KeyQueries;
import org.hearth.e2ee.keys.KeyClaims;
import org.hearth.e2ee.keys.KeyUploads;
import org.hearth.engine.account.InteractiveAuth;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.jspecify.annotations.Nullable;

/// All endpoints of this package.
public record EncryptionEndpoints(
    KeyUploads uploads,
    KeyQueries queries,
    KeyClaims claims,
    DeviceListChanges changes,
    CrossSigningUploads crossSigning,
    SignatureUploads signatures,
    BackupVersions backupVersions,
    KeyBackups backups,
    org.hearth.e2ee.todevice.ToDevice toDevice,
    InteractiveAuth auth) {
  /// Keys of hundreds of users, or messages to hundreds of devices, in one request.
  static final long MAX_BYTES = 10 * 1024 * 1024;

  private static final long LONGEST_TIMEOUT_MS = 60_000;
  private static final long USUAL_TIMEOUT_MS = 10_000;

  /// Mounts them.
  public void mount(Routes routes) {
    var large = routes.bodyUpTo(MAX_BYTES);
    new Keys(uploads, queries, claims, changes).mount(large);
    new CrossSigning(crossSigning, signatures, new UserInteractive(auth)).mount(large);
    new KeyBackup(backupVersions, backups).mount(large);
    new ToDevice(toDevice).mount(large);
  }

  /// "The time (in milliseconds) to wait when downloading keys from remote servers. 10 seconds is
  /// the recommended default."
  static Duration timeout(@Nullable Long sentMs) {
    long wanted = sentMs == null ? USUAL_TIMEOUT_MS : sentMs;
    return Duration.ofMillis(Math.clamp(wanted, 1, LONGEST_TIMEOUT_MS));
  }

  /// An object by user ID; 400 `M_BAD_JSON` if a key is no user ID.
  static <T> SortedMap<UserId, T> byUser(Map<String, T> sent) {
    var byUser = new TreeMap<UserId, T>();
    sent.forEach(
        (name, value) ->
            byUser.put(
                UserId.tryParse(name)
                    .orElseThrow(() -> RequestError.badJson("Not a user ID: " + shortened(name))),
                notNull(name, value)));
    return byUser;
  }

  static <T> T notNull(String name, @Nullable T value) {
    if (value == null) throw RequestError.badJson("Missing value of " + shortened(name));
    return value;
  }

  /// A JSON object's members, in order.
  static Map<String, JsonNode> members(@Nullable ObjectNode object) {
    var members = new LinkedHashMap<String, JsonNode>();
    if (object != null) object.properties().forEach(e -> members.put(e.getKey(), e.getValue()));
    return members;
  }

  /// Servers that could not be asked, as the specification wants them.
  static ObjectNode failures(Map<ServerName, String> failures) {
    var json = Json.object();
    failures.forEach(
        (server, why) ->
            json.putObject(server.value()).put("errcode", "M_CONNECTION_FAILED").put("error", why));
    return json;
  }

  private static String shortened(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100);
  }
}
