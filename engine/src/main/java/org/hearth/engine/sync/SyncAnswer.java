package org.hearth.engine.sync;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// Answer of [sync](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3sync). Parts
/// without news are left out, except the key counts, whose absence clients take for "unknown".
public record SyncAnswer(
    @JsonProperty("next_batch") String nextBatch,
    @JsonProperty("account_data") @Nullable Events accountData,
    @Nullable Events presence,
    @Nullable Rooms rooms,
    @JsonProperty("to_device") @Nullable Events toDevice,
    @JsonProperty("device_lists") @Nullable DeviceLists deviceLists,
    @JsonProperty("device_one_time_keys_count") Map<String, Integer> oneTimeKeys,
    @JsonProperty("device_unused_fallback_key_types") Collection<String> unusedFallbackTypes,
    @JsonIgnore boolean news) {

  SyncAnswer withKeyCounts(Map<String, Integer> oneTime, Collection<String> unusedFallback) {
    return new SyncAnswer(
        nextBatch,
        accountData,
        presence,
        rooms,
        toDevice,
        deviceLists,
        oneTime,
        unusedFallback,
        news);
  }

  public record Events(List<ObjectNode> events) {

    static @Nullable Events orNull(List<ObjectNode> events) {
      return events.isEmpty() ? null : new Events(events);
    }
  }

  public record DeviceLists(Collection<UserId> changed, Collection<UserId> left) {}

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Rooms(
      Map<RoomId, Joined> join,
      Map<RoomId, Invited> invite,
      Map<RoomId, Knocked> knock,
      Map<RoomId, Left> leave) {

    boolean empty() {
      return join.isEmpty() && invite.isEmpty() && knock.isEmpty() && leave.isEmpty();
    }
  }

  /// @param unreadThreads by thread root, where the filter asks for it
  public record Joined(
      @Nullable Summary summary,
      @Nullable Events state,
      @JsonProperty("state_after") @Nullable Events stateAfter,
      @JsonProperty("org.matrix.msc4222.state_after") @Nullable Events unstableStateAfter,
      Timeline timeline,
      Events ephemeral,
      @JsonProperty("account_data") Events accountData,
      @JsonProperty("unread_notifications") Unread unread,
      @JsonProperty("unread_thread_notifications") @Nullable Map<EventId, Unread> unreadThreads) {}

  public record Timeline(
      List<ObjectNode> events,
      boolean limited,
      @JsonProperty("prev_batch") @Nullable String prevBatch) {}

  public record Unread(
      @JsonProperty("notification_count") int notifications,
      @JsonProperty("highlight_count") int highlights) {}

  /// @param heroes up to five others, for rooms without a name
  public record Summary(
      @JsonProperty("m.heroes") @Nullable List<UserId> heroes,
      @JsonProperty("m.joined_member_count") int joined,
      @JsonProperty("m.invited_member_count") int invited) {}

  public record Invited(@JsonProperty("invite_state") Events state) {}

  public record Knocked(@JsonProperty("knock_state") Events state) {}

  public record Left(
      @Nullable Events state,
      @JsonProperty("state_after") @Nullable Events stateAfter,
      @JsonProperty("org.matrix.msc4222.state_after") @Nullable Events unstableStateAfter,
      Timeline timeline,
      @JsonProperty("account_data") Events accountData) {}
}
