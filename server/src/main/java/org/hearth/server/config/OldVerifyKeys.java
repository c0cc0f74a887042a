package org.hearth.server.config;

import java.util.ArrayList;
import java.util.List;
import org.hearth.server.config.Config.OldVerifyKey;

/// Reads `federation.old_verify_keys`.
final class OldVerifyKeys {
  private OldVerifyKeys() {}

  static List<OldVerifyKey> read(Section federation) {
    List<Section> sections = federation.sections("old_verify_keys");
    if (sections == null) return List.of();
    var keys = new ArrayList<OldVerifyKey>();
    for (Section section : sections) {
      try (section) {
        for (String key : List.of("id", "key", "expired_ts"))
          if (!section.has(key)) section.problem(key, "is missing");
        String id =
            section.text(
                "id", "a key id, like ed25519:1", text -> text.matches("ed25519:[A-Za-z0-9_]+"));
        String key =
            section.text(
                "key",
                "an Ed25519 public key in unpadded Base64",
                text -> text.matches("[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]"));
        long expired = section.integer("expired_ts", 0, 1, 1L << 50);
        if (id != null && key != null && expired > 0) keys.add(new OldVerifyKey(id, key, expired));
      }
    }
    return List.copyOf(keys);
  }
}
