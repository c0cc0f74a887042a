package org.hearth.e2ee.crosssigning;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The cross-signing keys in one request; those that are absent stay as they are.
public record CrossSigningUpload(Map<Usage, ObjectNode> byUsage) {

  public CrossSigningUpload {
    var ordered = new EnumMap<Usage, ObjectNode>(Usage.class);
    ordered.putAll(byUsage);
    byUsage = ordered;
  }

  public static CrossSigningUpload of(
      @Nullable ObjectNode master,
      @Nullable ObjectNode selfSigning,
      @Nullable ObjectNode userSigning) {
    var keys = new EnumMap<Usage, ObjectNode>(Usage.class);
    if (master != null) keys.put(Usage.MASTER, master);
    if (selfSigning != null) keys.put(Usage.SELF_SIGNING, selfSigning);
    if (userSigning != null) keys.put(Usage.USER_SIGNING, userSigning);
    return new CrossSigningUpload(keys);
  }
}
