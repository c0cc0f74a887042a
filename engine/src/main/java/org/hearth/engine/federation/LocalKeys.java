package org.hearth.engine.federation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// Keys of local users, for other servers.
public interface LocalKeys {

  /// Body of
  /// [getUserDevices](https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1userdevicesuserid).
  Outcome<ObjectNode> devices(ServerName origin, UserId userId);

  /// Body of
  /// [queryUserEncryptionKeys](https://spec.matrix.org/v1.19/server-server-api/#post_matrixfederationv1userkeysquery).
  ///
  /// @param wanted device IDs by local user; an empty list stands for all
  ObjectNode query(ServerName origin, Map<UserId, List<String>> wanted);

  /// Body of
  /// [claimUserEncryptionKeys](https://spec.matrix.org/v1.19/server-server-api/#post_matrixfederationv1userkeysclaim).
  /// What it hands out is durably gone.
  ///
  /// @param wanted algorithm by device ID by local user
  ObjectNode claim(ServerName origin, Map<UserId, Map<String, String>> wanted);
}
