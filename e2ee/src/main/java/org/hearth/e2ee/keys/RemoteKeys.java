package org.hearth.e2ee.keys;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// Keys of users of other servers; implemented by federation's client. Calls block their virtual
/// thread up to the timeout and never throw for a server that is away or talks nonsense.
///
/// Whoever implements it checks only that the answer has the expected shape; that keys belong to
/// the users asked for is checked here.
public interface RemoteKeys {

  /// Answer of
  /// [user/keys/query](https://spec.matrix.org/v1.19/server-server-api/#post_matrixfederationv1userkeysquery).
  record UserKeys(
      Map<UserId, SortedMap<String, ObjectNode>> deviceKeys,
      Map<UserId, ObjectNode> masterKeys,
      Map<UserId, ObjectNode> selfSigningKeys) {}

  /// Answer of
  /// [user/devices](https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1userdevicesuserid).
  ///
  /// @param devices device keys by device ID, with a display name in `unsigned.device_display_name`
  ///   if there is one; devices without keys are left out
  record UserDevices(
      UserId user,
      long streamId,
      SortedMap<String, ObjectNode> devices,
      @Nullable ObjectNode masterKey,
      @Nullable ObjectNode selfSigningKey) {}

  /// @param devices device IDs by user; an empty list stands for all
  RemoteAnswer<UserKeys> query(
      ServerName server, Map<UserId, List<String>> devices, Duration timeout);

  /// @param wanted algorithm by device ID by user
  /// @return keys by `<algorithm>:<key_id>` by device ID by user
  RemoteAnswer<Map<UserId, SortedMap<String, ObjectNode>>> claim(
      ServerName server, Map<UserId, Map<String, String>> wanted, Duration timeout);

  RemoteAnswer<UserDevices> devices(ServerName server, UserId user, Duration timeout);
}
