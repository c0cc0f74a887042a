package org.hearth.e2ee.keys;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.hearth.schemas.id.UserId;

/// The durable log of [changed device lists][KeyChange.DeviceListChanged], of local and remote
/// users.
public interface DeviceListLog {

  /// @param previous the position of the user's line before with a device; empty for the first
  record Line(long position, UserId user, Optional<String> deviceId, OptionalLong previous) {}

  /// Users with a line in `from < position <= to` that `viewer` may notice.
  Set<UserId> changed(UserId viewer, long from, long to);

  /// Lines that everybody may notice after a position, in order.
  List<Line> after(long position, int limit);

  /// Positions of lines up to `upTo` that say nothing which a newer line up to there does not say
  /// as well: of the same user, to at least the same viewers, and with a device if they have one.
  List<Long> superseded(long upTo, int limit);

  /// The position of the user's newest line with a device; 0 without any.
  long newest(UserId user);

  /// The user's newest line with a device that everybody may notice.
  Optional<Line> newestLine(UserId user);
}
