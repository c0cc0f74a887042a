package org.hearth.schemas.room;

/// The algorithms of state resolution.
public enum StateResolutionVersion {
  /// [Room version 1](https://spec.matrix.org/v1.19/rooms/v1/#state-resolution).
  V1,
  /// [Room versions 2 to 11](https://spec.matrix.org/v1.19/rooms/v2/#state-resolution).
  V2,
  /// [Room version 12](https://spec.matrix.org/v1.19/rooms/v12/#state-resolution): starts from an
  /// empty state and replays the conflicted state subgraph as well.
  V2_1
}
