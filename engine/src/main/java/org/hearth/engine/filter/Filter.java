package org.hearth.engine.filter;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A [filter](https://spec.matrix.org/v1.19/client-server-api/#filtering) as clients define it.
///
/// @param eventFields only these dot-separated fields of each event; null for all
/// @param eventFormat `client` (default) or `federation`
public record Filter(
    @JsonProperty("event_fields") @Nullable List<String> eventFields,
    @JsonProperty("event_format") @Nullable String eventFormat,
    EventFilter presence,
    @JsonProperty("account_data") EventFilter accountData,
    RoomFilter room) {
  public static final Filter ALL =
      new Filter(null, null, EventFilter.ALL, EventFilter.ALL, RoomFilter.ALL);

  public Filter {
    presence = presence == null ? EventFilter.ALL : presence;
    accountData = accountData == null ? EventFilter.ALL : accountData;
    room = room == null ? RoomFilter.ALL : room;
  }

  public boolean federationFormat() {
    return "federation".equals(eventFormat);
  }
}
