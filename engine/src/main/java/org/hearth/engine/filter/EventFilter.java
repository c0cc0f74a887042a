package org.hearth.engine.filter;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

///
/// [`EventFilter`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3useruseridfilter),
/// for events outside rooms (presence, account data).
///
/// @param limit how many at most; null for the endpoint's own default
/// @param types `*` stands for any characters; null for all, empty for none
public record EventFilter(
    @Nullable Integer limit,
    @JsonProperty("not_senders") @Nullable List<String> notSenders,
    @JsonProperty("not_types") @Nullable List<String> notTypes,
    @Nullable List<String> senders,
    @Nullable List<String> types) {
  public static final EventFilter ALL = new EventFilter(null, null, null, null, null);

  public boolean accepts(String type, @Nullable String sender) {
    return acceptsType(types, notTypes, type)
        && (sender == null || acceptsName(senders, notSenders, sender));
  }

  /// "A list of excluded types takes precedence"; so for senders and rooms.
  static boolean acceptsName(
      @Nullable List<String> wanted, @Nullable List<String> unwanted, String name) {
    return (unwanted == null || !unwanted.contains(name))
        && (wanted == null || wanted.contains(name));
  }

  static boolean acceptsType(
      @Nullable List<String> wanted, @Nullable List<String> unwanted, String type) {
    return (unwanted == null || unwanted.stream().noneMatch(glob -> matches(glob, type)))
        && (wanted == null || wanted.stream().anyMatch(glob -> matches(glob, type)));
  }

  private static boolean matches(String glob, String type) {
    if (glob.indexOf('*') < 0) return glob.equals(type);
    if (glob.indexOf('*') == glob.length() - 1)
      return type.startsWith(glob.substring(0, glob.length() - 1));
    var parts = glob.split("\\*", -1);
    if (!type.startsWith(parts[0])) return false;
    int at = parts[0].length();
    for (int i = 1; i < parts.length - 1; i++) {
      int found = type.indexOf(parts[i], at);
      if (found < 0) return false;
      at = found + parts[i].length();
    }
    var last = parts[parts.length - 1];
    return type.length() - at >= last.length() && type.endsWith(last);
  }
}
