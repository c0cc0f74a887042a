package org.hearth.schemas.room;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The [room versions](https://spec.matrix.org/v1.19/rooms/) that Hearth speaks. Their IDs are
/// opaque and have no order; what a room does is asked of its `RoomRules`.
public enum RoomVersion {
  V1("1"),
  V2("2"),
  V3("3"),
  V4("4"),
  V5("5"),
  V6("6"),
  V7("7"),
  V8("8"),
  V9("9"),
  V10("10"),
  V11("11"),
  V12("12");

  /// "Servers MUST implement ... version 12 as the default room version when creating new rooms."
  public static final RoomVersion DEFAULT = V12;

  private static final Map<String, RoomVersion> BY_ID =
      Arrays.stream(values()).collect(Collectors.toMap(RoomVersion::id, Function.identity()));

  private final String id;

  RoomVersion(String id) {
    this.id = id;
  }

  /// As in `m.room.create`, for example `"12"`.
  @JsonValue
  public String id() {
    return id;
  }

  public RoomRules rules() {
    return RoomRules.of(this);
  }

  public static boolean isKnown(String id) {
    return BY_ID.containsKey(id);
  }

  /// @throws IllegalArgumentException if the version is unknown
  @JsonCreator
  public static RoomVersion parse(String id) {
    return tryParse(id).orElseThrow(() -> new IllegalArgumentException("Unknown room version"));
  }

  public static Optional<RoomVersion> tryParse(String id) {
    return Optional.ofNullable(BY_ID.get(id));
  }

  @Override
  public String toString() {
    return id;
  }
}
