package org.hearth.storage.e2ee;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hearth.e2ee.crosssigning.CrossSigningKeys;
import org.hearth.e2ee.crosssigning.CrossSigningStore;
import org.hearth.e2ee.crosssigning.KeySignature;
import org.hearth.e2ee.crosssigning.Usage;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.Database;

/// Cross-signing keys and signatures.
public final class StoredCrossSigning implements CrossSigningStore {
  private final Reader reader;

  public StoredCrossSigning(Database database) {
    this.reader = new Reader(database);
  }

  private record Row(UserId user, Usage usage, ObjectNode key) {}

  @Override
  public Map<UserId, CrossSigningKeys> keys(Collection<UserId> users) {
    var byUser = new HashMap<UserId, Map<Usage, ObjectNode>>();
    reader
        .in(
            "SELECT user_id, key_usage, key_json FROM cross_signing_key WHERE user_id %s",
            names(users),
            row ->
                new Row(
                    new UserId(row.getString(1)),
                    usage(row.getString(2)),
                    (ObjectNode) Sealed.parse(row.getBytes(3))))
        .forEach(
            row ->
                byUser
                    .computeIfAbsent(row.user(), _ -> new EnumMap<>(Usage.class))
                    .put(row.usage(), row.key()));
    var keys = new HashMap<UserId, CrossSigningKeys>();
    byUser.forEach((user, found) -> keys.put(user, new CrossSigningKeys(found)));
    return keys;
  }

  @Override
  public List<KeySignature> signatures(Collection<UserId> targets, Optional<UserId> viewer) {
    var visible = new ArrayList<Object>();
    visible.add(viewer.map(UserId::value).orElse(""));
    return reader.in(
        "SELECT signer, signer_key_id, target, item, signature FROM key_signature"
            + " WHERE (signer = target OR signer = ?) AND target %s",
        names(targets),
        row ->
            new KeySignature(
                new UserId(row.getString(1)),
                row.getString(2),
                new UserId(row.getString(3)),
                row.getString(4),
                row.getString(5)),
        visible.toArray());
  }

  private static List<String> names(Collection<UserId> users) {
    return users.stream().map(UserId::value).toList();
  }

  private static Usage usage(String wireName) {
    for (var usage : Usage.values()) if (usage.wireName().equals(wireName)) return usage;
    throw new IllegalStateException("A row holds no usage: " + wireName);
  }
}
