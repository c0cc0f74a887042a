package org.hearth.engine.sync;

import java.util.Optional;
import java.util.regex.Pattern;

/// What a client knows: `next_batch` and `since` of /sync, opaque to it. Written
/// `h1_POSITION_TODEVICE_BOOT_SEQUENCE_PRESENCE`; older ones had no presence.
///
/// @param position of the ledger: everything durable up to here
/// @param toDevice the same for to-device messages, which may be handed out in several answers
/// @param boot which run of the server the sequence belongs to; after a restart what was only in
///   memory starts afresh
/// @param sequence of typing, which is not durable
/// @param presence the sequence of presence, which is not durable either
public record SyncToken(long position, long toDevice, long boot, long sequence, long presence) {
  private static final Pattern FORM =
      Pattern.compile("h1_(\\d{1,18})_(\\d{1,18})_(\\d{1,18})_(\\d{1,18})(?:_(\\d{1,18}))?");

  public static Optional<SyncToken> parse(String token) {
    var match = FORM.matcher(token);
    return match.matches()
        ? Optional.of(
            new SyncToken(
                Long.parseLong(match.group(1)),
                Long.parseLong(match.group(2)),
                Long.parseLong(match.group(3)),
                Long.parseLong(match.group(4)),
                match.group(5) == null ? 0 : Long.parseLong(match.group(5))))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return "h1_" + position + "_" + toDevice + "_" + boot + "_" + sequence + "_" + presence;
  }
}
